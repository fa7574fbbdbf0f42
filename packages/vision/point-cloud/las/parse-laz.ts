import { Worker } from 'node:worker_threads';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import type { PointCloud } from '../cloud.ts';
import { assertPointCount, rejectCloud, rejectVariant } from '../reject.ts';
import type { LazRequest } from './laz-worker.ts';
import { type LasHeader, readLasHeader } from './read-las-header.ts';
import { collectLas } from './read-las-records.ts';

/** Formats that the decoder knows. */
const POINT_FORMATS = new Set([0, 1, 2, 3, 6, 7, 8]);
const HEAP_MEGABYTES = 256;
/** Real surveys pack to a seventh or a fifteenth; far more is a header that lies. */
const MAX_RATIO = 200;

/**
 * The points of a LAZ file, unpacked by laz-perf in a thread that is ended after `maxSeconds`.
 * LAZ has no checksum: damage inside the packed data can come back as wrong points. Points far out of the bounds that the
 * header states are taken for such damage.
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT, TOO_MANY_POINTS, TOO_SLOW
 */
export async function parseLaz(
  bytes: Uint8Array,
  limits: Pick<Limits, 'maxPoints' | 'maxSeconds'>,
): Promise<PointCloud> {
  const header = readLasHeader(bytes);
  assertPointCount(header.points, limits);
  if (!POINT_FORMATS.has(header.pointFormat)) {
    throw rejectVariant('LAZ', `Compressed point format ${header.pointFormat}`);
  }
  const { points, recordBytes } = header;
  if (points * recordBytes > bytes.length * MAX_RATIO) {
    throw rejectCloud('LAZ', 'it states more points than its bytes can hold', {
      points,
      bytes: bytes.length,
    });
  }
  const records = points > 0 ? await unpackRecords(bytes, header, limits.maxSeconds) : new Uint8Array();
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  assertWithinBounds(bytes, header, view);
  const collector = collectLas(header);
  for (let at = 0; at < records.length; at += recordBytes) collector.add(view, at);
  return collector.finish();
}

async function unpackRecords(
  file: Uint8Array,
  { points, recordBytes }: LasHeader,
  maxSeconds: number,
): Promise<Uint8Array> {
  // Imported only here and only so: it must stay a file of its own when bundled (docs/adr/0015).
  const { entryUrl } = await import('./laz-worker.ts');
  const worker = new Worker(new URL(entryUrl), {
    workerData: { file, points, recordBytes } satisfies LazRequest,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    stdout: true,
    stderr: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const refuse = (cause?: unknown) =>
    reject(
      rejectCloud('LAZ', 'its points do not unpack', cause instanceof Error ? { cause: cause.message } : {}),
    );
  const timer = setTimeout(
    () =>
      reject(
        new RejectedError(
          'TOO_SLOW',
          `The LAZ file was not unpacked after ${maxSeconds} s. Thin it out, or export it as LAS.`,
        ),
      ),
    maxSeconds * 1000,
  );
  worker.once('message', (records: Uint8Array | undefined) => (records ? resolve(records) : refuse()));
  worker.once('error', refuse);
  worker.once('exit', () => refuse());
  return promise.finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
}

/** Damage shows as coordinates far from where the header says they are; a sloppy header may be a little off. */
function assertWithinBounds(
  bytes: Uint8Array,
  { scale, offset, points, recordBytes }: LasHeader,
  records: DataView,
): void {
  const stated = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const axis of [0, 1, 2] as const) {
    const most = stated.getFloat64(179 + axis * 16, true);
    const least = stated.getFloat64(187 + axis * 16, true);
    const slack = Math.max(most - least, Math.abs(scale[axis]) * 1000);
    // A header that states no bounds can't be held to them.
    if (!(most > least)) continue;
    for (let i = 0, at = axis * 4; i < points; i++, at += recordBytes) {
      const value = records.getInt32(at, true) * scale[axis] + offset[axis];
      if (value < least - slack || value > most + slack) {
        throw rejectCloud('LAZ', 'points lie far outside the bounds that its header states', { point: i });
      }
    }
  }
}
