/**
 * Unpacks LAZ records in a thread of its own: on damaged files the decoder ends the thread that it runs in, or never
 * comes back. Run as a thread it does that; imported it only says where it lies, which after bundling nobody else knows.
 */
import { parentPort, workerData } from 'node:worker_threads';

/** The file to run. */
export const entryUrl = import.meta.url;

/** What the thread is given. */
export interface LazRequest {
  readonly file: Uint8Array;
  readonly points: number;
  readonly recordBytes: number;
}

/** The decoder holds the file, its current layers, which are parts of it, and little more. */
const SPARE_BYTES = 64 * 2 ** 20;

if (import.meta.main && parentPort !== null) {
  limitMemory(workerData as LazRequest);
  const records = await unpackRecords(workerData as LazRequest);
  parentPort.postMessage(records, records === undefined ? [] : [records.buffer]);
}

/**
 * Lets no WebAssembly memory of this thread grow further than a sound file needs: the sizes of layers stand inside the packed
 * data, where nobody can check them before, and damaged ones ask for gigabytes.
 */
function limitMemory({ file }: LazRequest): void {
  const most = file.length * 3 + SPARE_BYTES;
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function growWithin(pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > most) throw new RangeError('The layers are too large.');
    return grow.call(this, pages);
  };
}

/** `undefined` when the packed records are not what the file's header says. */
async function unpackRecords({
  file,
  points,
  recordBytes,
}: LazRequest): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { createLazPerf } = await import('laz-perf');
  const decoder = await createLazPerf();
  const address = decoder._malloc(file.length);
  decoder.HEAPU8.set(file, address);
  const record = decoder._malloc(recordBytes);
  const laz = new decoder.LASZip();
  laz.open(address, file.length);
  if (laz.getCount() !== points || laz.getPointLength() !== recordBytes) return undefined;
  const records = new Uint8Array(points * recordBytes);
  for (let i = 0, at = 0; i < points; i++, at += recordBytes) {
    laz.getPoint(record);
    records.set(decoder.HEAPU8.subarray(record, record + recordBytes), at);
  }
  return records;
}
