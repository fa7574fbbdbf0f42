/**
 * Unpacks LAZ records in a thread of its own: on damaged files the decoder ends the thread that it runs in, or never
 * comes back.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createLazPerf } from 'laz-perf';

const { file, points, recordBytes } = workerData as {
  readonly file: Uint8Array;
  readonly points: number;
  readonly recordBytes: number;
};

const decoder = await createLazPerf();
const address = decoder._malloc(file.length);
decoder.HEAPU8.set(file, address);
const record = decoder._malloc(recordBytes);
const laz = new decoder.LASZip();
laz.open(address, file.length);
if (laz.getCount() === points && laz.getPointLength() === recordBytes) {
  const records = new Uint8Array(points * recordBytes);
  for (let i = 0, at = 0; i < points; i++, at += recordBytes) {
    laz.getPoint(record);
    records.set(decoder.HEAPU8.subarray(record, record + recordBytes), at);
  }
  parentPort?.postMessage(records, [records.buffer]);
} else {
  parentPort?.postMessage(undefined);
}
