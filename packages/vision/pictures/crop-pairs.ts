import sharp from 'sharp';
import type { Rectangle } from '../geometry.ts';
import { buildPyramid, registerPlanes } from '../reference/register/register.ts';
import { applySimilarity, type Similarity } from '../reference/register/similarity.ts';
import { readWorkingImage, type WorkingImage } from '../reference/working-image.ts';
import { encodePicture, type Picture } from './picture.ts';
import { openSourceCrop, type SourcedPicture } from './source-crop.ts';
import { type RegionPart, splitByFrames } from './split-by-frames.ts';

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
/** Longest side of a crop: enlarged to the least, and where the original has more pixels, up to the most. */
const ZOOM_PX = { least: 640, most: 1024 };

/**
 * Cuts regions out of a query together with the same place of the reference that fits it best: found by the embedded
 * detector's registration (shift, turn, scale). Both are cut from their originals where those have more pixels than the
 * views, up to 1024 px of their longer side; what has fewer than 640 px is enlarged to that. A region that lies across frames of a
 * video is cut out of each: pairs of the largest parts come first, one for each region, then the others.
 *
 * @param most pairs that are made
 * @throws what sharp throws for bytes that are no picture
 */
export async function cropPairs(
  query: SourcedPicture,
  references: readonly SourcedPicture[],
  regions: readonly Rectangle[],
  most = Number.POSITIVE_INFINITY,
): Promise<CropPair[]> {
  const best = await findBest(query, references);
  return takeTurns(async () => {
    const [cutQuery, cutReference] = [await openCut(query), best && (await openCut(best.picture))];
    const pairs: CropPair[] = [];
    for (const { part, whole } of listParts(query, regions).slice(0, most)) {
      const rectangle = surround(part, whole);
      const place = best && locate(rectangle, best);
      const cut = await cutQuery(rectangle);
      const reference = place && (await cutReference?.(place));
      pairs.push({ query: cut, rectangle, ...(reference && { reference }) });
    }
    return pairs;
  });
}

function listParts(query: SourcedPicture, regions: readonly Rectangle[]): RegionPart[] {
  const parts = regions.map((region) => splitByFrames(query, region));
  return [...parts.flatMap(([largest]) => largest ?? []), ...parts.flatMap(([, ...others]) => others)];
}

/** One at a time in a process: a decoded original can take hundreds of megabytes. */
let turn: Promise<unknown> = Promise.resolve();

function takeTurns<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

interface Registered {
  readonly picture: SourcedPicture;
  readonly map: Similarity;
  readonly working: WorkingImage;
  readonly queryWorking: WorkingImage;
}

async function findBest(
  query: Picture,
  references: readonly SourcedPicture[],
): Promise<Registered | undefined> {
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

/** The region with its surroundings, within the whole. */
function surround({ x, y, width, height }: Rectangle, whole: Rectangle): Rectangle {
  const least = Math.ceil(Math.max(whole.width, whole.height) * LEAST_SHARE);
  const margin = Math.max(width, height) * SURROUNDINGS;
  const grow = (from: number, length: number, start: number, limit: number) => {
    const size = Math.min(limit, Math.max(least, Math.ceil(length + 2 * margin)));
    const at = Math.min(Math.max(start, Math.round(from + length / 2 - size / 2)), start + limit - size);
    return [at, size] as const;
  };
  const [left, across] = grow(x, width, whole.x, whole.width);
  const [top, down] = grow(y, height, whole.y, whole.height);
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

async function openCut(picture: SourcedPicture): Promise<(rectangle: Rectangle) => Promise<Picture>> {
  const crop = await openSourceCrop(picture);
  return async (rectangle) => {
    const cut = await crop(rectangle, ZOOM_PX.most);
    if (cut !== undefined && Math.max(cut.widthPx, cut.heightPx) >= ZOOM_PX.least) return cut;
    return cut === undefined ? enlarge(picture, rectangle) : enlarge(cut);
  };
}

async function enlarge({ bytes, mediaType }: Picture, rectangle?: Rectangle): Promise<Picture> {
  const { x: left = 0, y: top = 0, width = 0, height = 0 } = rectangle ?? {};
  const part = rectangle === undefined ? sharp(bytes) : sharp(bytes).extract({ left, top, width, height });
  const { least } = ZOOM_PX;
  return encodePicture(
    part.resize({ width: least, height: least, fit: 'inside', kernel: 'lanczos3' }),
    mediaType,
  );
}
