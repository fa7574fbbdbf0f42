import sharp from 'sharp';
import type { Rectangle } from '../geometry.ts';
import { buildPyramid, registerPlanes } from '../reference/register/register.ts';
import { applySimilarity, type Similarity } from '../reference/register/similarity.ts';
import { readWorkingImage, type WorkingImage } from '../reference/working-image.ts';
import { encodePicture, type Picture } from './picture.ts';

/** The same place of two pictures, enlarged alike. */
export interface CropPair {
  readonly query: Picture;
  /** Absent when no reference could be registered, or none covers the place. */
  readonly reference?: Picture;
  /** What was cut out of the query, in its px: the region with its surroundings. */
  readonly rectangle: Rectangle;
}

/** Correlation from which a reference counts as registered, as for the embedded detector. */
const REGISTERED = 0.5;
/** A region is shown with this much of its longer side around it, */
const SURROUNDINGS = 0.5;
/** and at least this share of the picture's longer side is shown. */
const LEAST_SHARE = 1 / 8;
const ZOOM_PX = 640;

/**
 * Cuts regions out of a query together with the same place of the reference that fits it best: found by the embedded
 * detector's registration (shift, turn, scale). Crops are enlarged to 640 px on their longer side.
 *
 * @throws what sharp throws for bytes that are no picture
 */
export async function openCropPairs(
  query: Picture,
  references: readonly Picture[],
): Promise<(region: Rectangle) => Promise<CropPair>> {
  const best = await findBest(query, references);
  return async (region) => {
    const rectangle = surround(region, query);
    const cut = await cutOut(query, rectangle);
    const place = best && locate(rectangle, best);
    if (best === undefined || place === undefined) return { query: cut, rectangle };
    return { query: cut, reference: await cutOut(best.picture, place), rectangle };
  };
}

interface Registered {
  readonly picture: Picture;
  readonly map: Similarity;
  readonly working: WorkingImage;
  readonly queryWorking: WorkingImage;
}

async function findBest(query: Picture, references: readonly Picture[]): Promise<Registered | undefined> {
  const queryWorking = await readWorkingImage(query.bytes);
  const pyramid = buildPyramid(queryWorking.l);
  let best: (Registered & { quality: number }) | undefined;
  for (const picture of references) {
    const working = await readWorkingImage(picture.bytes);
    const { map, quality } = registerPlanes(pyramid, buildPyramid(working.l));
    if (quality >= REGISTERED && quality > (best?.quality ?? 0)) {
      best = { picture, map, working, queryWorking, quality };
    }
  }
  return best;
}

/** The region with its surroundings, within the picture. */
function surround(
  { x, y, width, height }: Rectangle,
  { widthPx, heightPx }: Pick<Picture, 'widthPx' | 'heightPx'>,
): Rectangle {
  const least = Math.ceil(Math.max(widthPx, heightPx) * LEAST_SHARE);
  const margin = Math.max(width, height) * SURROUNDINGS;
  const grow = (from: number, length: number, limit: number) => {
    const size = Math.min(limit, Math.max(least, Math.ceil(length + 2 * margin)));
    const start = Math.min(Math.max(0, Math.round(from + length / 2 - size / 2)), limit - size);
    return [start, size] as const;
  };
  const [left, across] = grow(x, width, widthPx);
  const [top, down] = grow(y, height, heightPx);
  return { x: left, y: top, width: across, height: down };
}

/** The rectangle's place in the reference, upright there; undefined when less than half of it is covered. */
function locate(
  rectangle: Rectangle,
  { picture, map, working, queryWorking }: Registered,
): Rectangle | undefined {
  const toQuery = queryWorking.l.width / queryWorking.viewWidthPx;
  const fromReference = working.viewWidthPx / working.l.width;
  const centre = applySimilarity(
    map,
    (rectangle.x + rectangle.width / 2) * toQuery,
    (rectangle.y + rectangle.height / 2) * toQuery,
  );
  const scale = toQuery * Math.hypot(map.a, map.b) * fromReference;
  const width = rectangle.width * scale;
  const height = rectangle.height * scale;
  const left = Math.max(0, Math.round(centre.x * fromReference - width / 2));
  const top = Math.max(0, Math.round(centre.y * fromReference - height / 2));
  const right = Math.min(picture.widthPx, Math.round(centre.x * fromReference + width / 2));
  const bottom = Math.min(picture.heightPx, Math.round(centre.y * fromReference + height / 2));
  if (right - left < width / 2 || bottom - top < height / 2 || right <= left || bottom <= top)
    return undefined;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

async function cutOut(picture: Picture, { x, y, width, height }: Rectangle): Promise<Picture> {
  const cut = sharp(picture.bytes)
    .extract({ left: x, top: y, width, height })
    .resize({ width: ZOOM_PX, height: ZOOM_PX, fit: 'inside', kernel: 'lanczos3' });
  return encodePicture(cut, picture.mediaType);
}
