import { findFont, findGlyphs, type Glyph, type TextSizePx } from './font.ts';

/** Where and how large. */
export interface TextPlace {
  /** Px from the left; what lies there is said by `align`. */
  readonly x: number;
  /** The baseline, px from the top; for vertical text `x` is the baseline and `y` what `align` says. */
  readonly y: number;
  readonly sizePx: TextSizePx;
  /** Which part of the text lies at the place, default `START`. */
  readonly align?: 'START' | 'MIDDLE' | 'END';
  /** Reads upwards, turned by 90° to the left. */
  readonly vertical?: boolean;
}

/** Rows of pixels, top first, interleaved, without padding. */
export interface ColourRaster {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 3 | 4;
}

/** Rows of palette indexes, top first, without padding. */
export interface IndexedRaster {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

type Channels = readonly [number, number, number];

/** Px: the width that `text` takes, and the rows above and below its baseline that letters and digits need. */
export function measureText(
  text: string,
  sizePx: TextSizePx,
): { readonly width: number; readonly ascent: number; readonly descent: number } {
  const font = findFont(sizePx);
  return { width: sumAdvances(findGlyphs(text, font)), ascent: font.ascent, descent: font.descent };
}

/**
 * Writes one line in `colour` (0..255 each), mixed with what is there. Ink outside the raster is left out; characters
 * that the atlas lacks become boxes.
 */
export function drawText(raster: ColourRaster, text: string, place: TextPlace, colour: Channels): void {
  const { data, channels } = raster;
  const [red, green, blue] = colour;
  forEachInk(raster, text, place, (pixel, coverage) => {
    const at = pixel * channels;
    data[at] = mix(data[at] ?? 0, red, coverage);
    data[at + 1] = mix(data[at + 1] ?? 0, green, coverage);
    data[at + 2] = mix(data[at + 2] ?? 0, blue, coverage);
    if (channels === 4) data[at + 3] = mix(data[at + 3] ?? 0, 255, coverage);
  });
}

/**
 * Writes one line with palette indexes: `ramp[c]` is the index for a pixel covered by c fifteenths (16 entries, from
 * the paper's colour to the ink's). Pixels without ink keep their index.
 */
export function drawIndexedText(
  raster: IndexedRaster,
  text: string,
  place: TextPlace,
  ramp: ArrayLike<number>,
): void {
  const { data } = raster;
  forEachInk(raster, text, place, (pixel, coverage) => {
    data[pixel] = ramp[coverage] ?? 0;
  });
}

function mix(under: number, ink: number, coverage: number): number {
  return under + Math.round(((ink - under) * coverage) / 15);
}

function sumAdvances(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, { advance }) => sum + advance, 0);
}

function forEachInk(
  { widthPx, heightPx }: IndexedRaster,
  text: string,
  { x, y, sizePx, align = 'START', vertical = false }: TextPlace,
  visit: (pixel: number, coverage: number) => void,
): void {
  const glyphs = findGlyphs(text, findFont(sizePx));
  const before = { START: 0, MIDDLE: 0.5, END: 1 }[align] * sumAdvances(glyphs);
  const originX = Math.round(vertical ? x : x - before);
  const originY = Math.round(vertical ? y + before : y);
  let pen = 0;
  for (const { advance, left, top, width, coverage } of glyphs) {
    for (let i = 0; i < coverage.length; i++) {
      const ink = coverage[i] ?? 0;
      if (ink === 0) continue;
      const along = pen + left + (i % width);
      const below = Math.floor(i / width) - top;
      // The last row above the baseline has `below` -1; upwards text has its letters' tops to the left.
      const column = vertical ? originX + below : originX + along;
      const row = vertical ? originY - 1 - along : originY + below;
      if (column >= 0 && column < widthPx && row >= 0 && row < heightPx) visit(row * widthPx + column, ink);
    }
    pen += advance;
  }
}
