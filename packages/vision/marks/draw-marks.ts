import sharp from 'sharp';
import type { Rectangle } from '../geometry.ts';
import { VIEW_JPEG } from '../view-jpeg.ts';
import { drawBorders } from './draw-borders.ts';
import { drawHaloedText, measureHaloedText, type Raster } from './haloed-text.ts';
import { findInnerPlaces, type InnerPlace } from './place-numbers.ts';
import { packRuns, type RunLengths } from './run-lengths.ts';
import { scaleLabels } from './scale-labels.ts';
import type { Segmentation } from './segmentation.ts';

/** A numbered region of a marked picture. */
export interface Mark {
  /** From 1, in the order of the labels. */
  readonly number: number;
  /** The region's box, in pixels of the view. */
  readonly rectangle: Rectangle;
  /** Which pixels of the rectangle are the region's. */
  readonly mask: RunLengths;
}

/** A view with numbers and borders drawn on it. */
export interface MarkedPicture {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly marks: readonly Mark[];
}

/** How marks look. Every field has a default. */
export interface MarkOptions {
  /** Height of the numbers, px, 12..128, default a thirty-sixth of the long side; smaller where a region is narrow. */
  readonly sizePx?: number | undefined;
  /** Whether the borders between regions are drawn, default yes. */
  readonly borders?: boolean | undefined;
}

const SIZE = { least: 12, most: 128, share: 1 / 36, usualLeast: 14 };
/** Numbers get no smaller than this share of the others: they would be overlooked. */
const LEAST_SHARE = 0.6;
const WHITE = [255, 255, 255] as const;
const BLACK = [0, 0, 0] as const;

/**
 * Set-of-mark (Yang et al. 2023, "Set-of-Mark Prompting Unleashes Extraordinary Visual Grounding in GPT-4V"): draws a
 * number in the most inner place of every region, white with a black outline, and two-coloured borders, so that a model
 * can name places by number. The segmentation may be smaller or larger than the view; it is scaled to it.
 * @param view an encoded PNG or JPEG, as `convert` makes them; it is not changed
 * @returns the picture in the same format, and what each number stands for
 * @throws RangeError for options outside their range
 */
export async function drawMarks(
  view: Uint8Array,
  segmentation: Segmentation,
  { sizePx, borders = true }: MarkOptions = {},
): Promise<MarkedPicture> {
  if (sizePx !== undefined && !(sizePx >= SIZE.least && sizePx <= SIZE.most)) {
    throw new RangeError(`sizePx must be a number from ${SIZE.least} to ${SIZE.most}, not ${sizePx}.`);
  }
  const { format } = await sharp(view).metadata();
  const { data, info } = await sharp(view)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width: widthPx, height: heightPx } = info;
  const raster: Raster = { data, widthPx, heightPx, channels: 3 };
  const scaled = scaleLabels(segmentation, widthPx, heightPx);
  if (borders) drawBorders(raster, scaled);
  const most = sizePx ?? Math.max(SIZE.usualLeast, Math.round(Math.max(widthPx, heightPx) * SIZE.share));
  const ratio = { x: widthPx / segmentation.widthPx, y: heightPx / segmentation.heightPx };
  findInnerPlaces(segmentation).forEach((place, label) => {
    if (place !== undefined) drawNumber(raster, label + 1, scalePlace(place, ratio), most);
  });
  const picture = sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } });
  const isPng = format === 'png';
  const bytes = isPng
    ? await picture.png({ compressionLevel: 6 }).toBuffer()
    : await picture.jpeg(VIEW_JPEG).toBuffer();
  return {
    mediaType: isPng ? 'image/png' : 'image/jpeg',
    bytes,
    widthPx,
    heightPx,
    marks: listMarks(scaled),
  };
}

function scalePlace(
  { x, y, radius }: InnerPlace,
  ratio: { readonly x: number; readonly y: number },
): InnerPlace {
  return { x: x * ratio.x, y: y * ratio.y, radius: radius * Math.min(ratio.x, ratio.y) };
}

/** Writes a number no larger than its region, where that leaves it legible, and never beyond the picture. */
function drawNumber(raster: Raster, number: number, { x, y, radius }: InnerPlace, most: number): void {
  const text = String(number);
  let sizePx = most;
  const least = Math.max(SIZE.least, most * LEAST_SHARE);
  while (sizePx > least && measureHaloedText(text, sizePx).width > 2 * radius) sizePx -= 1;
  const { width, height } = measureHaloedText(text, sizePx);
  const keep = (place: number, extent: number, limit: number) =>
    Math.min(Math.max(place, extent / 2), Math.max(extent / 2, limit - extent / 2));
  drawHaloedText(raster, text, {
    x: keep(x, width, raster.widthPx),
    y: keep(y, height, raster.heightPx),
    sizePx,
    ink: WHITE,
    halo: BLACK,
  });
}

function listMarks(segmentation: Segmentation): Mark[] {
  const { labels, widthPx } = segmentation;
  return measureBoxes(segmentation).flatMap((rectangle, label) => {
    if (rectangle === undefined) return [];
    const first = rectangle.y * widthPx + rectangle.x;
    const inside = (x: number, y: number) => labels[first + y * widthPx + x] === label;
    return [{ number: label + 1, rectangle, mask: packRuns(rectangle.width, rectangle.height, inside) }];
  });
}

function measureBoxes({ labels, widthPx, count }: Segmentation): (Rectangle | undefined)[] {
  const left = new Int32Array(count).fill(widthPx);
  const right = new Int32Array(count).fill(-1);
  const top = new Int32Array(count).fill(-1);
  const bottom = new Int32Array(count).fill(-1);
  for (let pixel = 0, x = 0, y = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel] ?? count;
    if (label < count) {
      if (x < (left[label] ?? 0)) left[label] = x;
      if (x > (right[label] ?? 0)) right[label] = x;
      if (top[label] === -1) top[label] = y;
      bottom[label] = y;
    }
    x += 1;
    if (x === widthPx) [x, y] = [0, y + 1];
  }
  return Array.from(top, (y, label) => {
    if (y < 0) return undefined;
    const x = left[label] ?? 0;
    return { x, y, width: (right[label] ?? 0) - x + 1, height: (bottom[label] ?? 0) - y + 1 };
  });
}
