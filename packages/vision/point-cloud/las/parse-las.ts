import type { Limits } from '../../limits.ts';
import type { PointCloud } from '../cloud.ts';
import { assertPointCount, rejectCloud } from '../reject.ts';
import { readLasHeader } from './read-las-header.ts';
import { collectLas } from './read-las-records.ts';

/**
 * The points of an uncompressed LAS file, versions 1.0 to 1.4, point formats 0 to 10.
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT, TOO_MANY_POINTS
 */
export function parseLas(bytes: Uint8Array, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const header = readLasHeader(bytes);
  assertPointCount(header.points, limits);
  const { points, recordBytes, pointsStart } = header;
  const neededBytes = points * recordBytes;
  if (neededBytes > bytes.length - pointsStart) {
    throw rejectCloud('LAS', 'it ends before its points do', {
      neededBytes,
      bytes: bytes.length - pointsStart,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const collector = collectLas(header);
  for (let i = 0, at = pointsStart; i < points; i++, at += recordBytes) collector.add(view, at);
  return collector.finish();
}
