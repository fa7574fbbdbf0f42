import type { Rectangle } from '../../geometry.ts';
import type { IndexedRaster } from '../../text/index.ts';
import type { Colour } from './png.ts';

/** Palette indexes. 0 to 7 go from paper to ink, for text. */
export const INK = 7;
export const GRID = 8;
export const LINE = 9;
export const BAND = 10;
export const BAND_EDGE = 11;
export const GAP = 12;
export const MARK = 13;

export const PLOT_PALETTE: readonly Colour[] = [
  ...Array.from({ length: 8 }, (_, i): Colour => {
    const grey = Math.round(255 - (i * 225) / 7);
    return [grey, grey, grey];
  }),
  [222, 222, 222],
  [23, 82, 176],
  [214, 236, 214],
  [120, 180, 120],
  [236, 232, 226],
  [204, 92, 0],
];

/** Coverage by ink in fifteenths → palette index. */
export const TEXT_RAMP: readonly number[] = Array.from({ length: 16 }, (_, i) => Math.round((i * INK) / 15));

/** A white picture. */
export function createCanvas(widthPx: number, heightPx: number): IndexedRaster {
  return { data: new Uint8Array(widthPx * heightPx), widthPx, heightPx };
}

/** Fills whole pixels; what lies outside the canvas is left out. */
export function fillRectangle(canvas: IndexedRaster, area: Rectangle, index: number): void {
  const { data, widthPx, heightPx } = canvas;
  const left = Math.max(0, area.x);
  const right = Math.min(widthPx, area.x + area.width);
  if (right <= left) return;
  for (let y = Math.max(0, area.y); y < Math.min(heightPx, area.y + area.height); y++) {
    data.fill(index, y * widthPx + left, y * widthPx + right);
  }
}

/** Column `x` from row `top` to row `bottom`, both included, in either order. The column must lie in the canvas. */
export function drawColumn(
  canvas: IndexedRaster,
  x: number,
  top: number,
  bottom: number,
  index: number,
): void {
  const { data, widthPx } = canvas;
  const end = Math.max(top, bottom) * widthPx + x;
  for (let at = Math.min(top, bottom) * widthPx + x; at <= end; at += widthPx) data[at] = index;
}

/** One pixel outside the area, so that no value is hidden. */
export function drawFrame(canvas: IndexedRaster, { x, y, width, height }: Rectangle): void {
  fillRectangle(canvas, { x: x - 1, y: y - 1, width: width + 2, height: 1 }, INK);
  fillRectangle(canvas, { x: x - 1, y: y + height, width: width + 2, height: 1 }, INK);
  fillRectangle(canvas, { x: x - 1, y: y - 1, width: 1, height: height + 2 }, INK);
  fillRectangle(canvas, { x: x + width, y: y - 1, width: 1, height: height + 2 }, INK);
}
