import { readTiffBands } from '../../image/read-tiff-bands.ts';
import { openImage, readMetadata, readOrReject } from '../../image/sharp-input.ts';
import { assertSourceSize } from '../../image/source-size.ts';
import { readTiffPages } from '../../image/tiff-directory.ts';
import type { Limits } from '../../limits.ts';
import { createColumns, type PointCloud } from '../cloud.ts';
import { assertPointCount, rejectCloud } from '../reject.ts';
import type { DepthCamera } from './options.ts';
import { isOrganised } from './takes-over.ts';

const USUAL_UNITS_PER_STEP = 0.001;

/** Numbers of a picture, an array for each channel. */
interface Raster {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bands: readonly ArrayLike<number>[];
}

/**
 * The points of an organised TIFF (channels x, y and z), or of a depth picture seen through its camera. A pixel without a
 * finite depth above 0 was not measured.
 * @throws RejectedError CORRUPT_IMAGE, CORRUPT_CLOUD, TOO_MANY_POINTS, TOO_MANY_PIXELS
 */
export async function parseDepthImage(
  bytes: Uint8Array,
  mediaType: 'image/png' | 'image/tiff',
  limits: Limits,
  camera: DepthCamera | undefined,
): Promise<PointCloud> {
  const page = mediaType === 'image/tiff' ? readTiffPages(bytes)[0] : undefined;
  const raster = await (page === undefined ? readPng(bytes, limits) : readTiff(bytes, page, limits));
  if (page !== undefined && isOrganised(page)) return readPoints(raster);
  if (camera === undefined) throw rejectCloud('depth', 'its camera is not known');
  return unproject(raster, camera);
}

async function readTiff(
  bytes: Uint8Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  limits: Limits,
): Promise<Raster> {
  assertSourceSize(widthPx, heightPx, limits);
  assertPointCount(widthPx * heightPx, limits);
  return { widthPx, heightPx, bands: await readTiffBands(bytes) };
}

async function readPng(bytes: Uint8Array, limits: Limits): Promise<Raster> {
  const { width, height } = await readMetadata(bytes);
  assertSourceSize(width, height, limits);
  assertPointCount(width * height, limits);
  const raw = await readOrReject(() =>
    openImage(bytes, limits).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer(),
  );
  // The buffer may lie at an odd place of a larger one.
  const values = new Uint16Array(new Uint8Array(raw).buffer);
  return { widthPx: width, heightPx: height, bands: [values] };
}

function readPoints({ widthPx, heightPx, bands: [x, y, z] }: Raster): PointCloud {
  const count = widthPx * heightPx;
  if (x?.length !== count || y?.length !== count || z?.length !== count) {
    throw rejectCloud('TIFF', 'it has fewer values than its size asks for');
  }
  const columns = createColumns(count);
  for (let i = 0; i < count; i++) {
    columns.x[i] = x[i] ?? Number.NaN;
    columns.y[i] = y[i] ?? Number.NaN;
    columns.z[i] = z[i] ?? Number.NaN;
  }
  return { count, ...columns, offset: [0, 0, 0], notes: [] };
}

/** x to the right, y down, z away from the camera. */
function unproject({ widthPx, heightPx, bands: [depths] }: Raster, camera: DepthCamera): PointCloud {
  const count = widthPx * heightPx;
  if (depths?.length !== count) throw rejectCloud('depth', 'it has fewer values than its size asks for');
  const { focalPx, centrePx = [(widthPx - 1) / 2, (heightPx - 1) / 2], unit = 'm' } = camera;
  const unitsPerStep = camera.unitsPerStep ?? USUAL_UNITS_PER_STEP;
  const columns = createColumns(count);
  for (let row = 0, i = 0; row < heightPx; row++) {
    const down = (row - centrePx[1]) / focalPx[1];
    for (let column = 0; column < widthPx; column++, i++) {
      const depth = (depths[i] ?? 0) * unitsPerStep;
      const z = depth > 0 && Number.isFinite(depth) ? depth : Number.NaN;
      columns.x[i] = ((column - centrePx[0]) / focalPx[0]) * z;
      columns.y[i] = down * z;
      columns.z[i] = z;
    }
  }
  return { count, ...columns, offset: [0, 0, 0], unit, notes: [] };
}
