import { drawIndexedText, measureText, TEXT_SIZES_PX } from '../text/index.ts';

/** Rows of 8-bit pixels, top first, interleaved, without padding; 1 channel is grey, 3 are RGB. */
export interface Raster {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 1 | 3;
}

type Colour = readonly [number, number, number];

/** Where a line of text is centred and how it looks. */
export interface HaloedText {
  /** Middle of the text's box, px. */
  readonly x: number;
  readonly y: number;
  /** Height of the em square, px; above 24 the atlas is enlarged. */
  readonly sizePx: number;
  readonly ink: Colour;
  readonly halo: Colour;
}

/** Ink of one line: coverage 0..1 of each pixel, with room for its halo around it. */
interface Ink {
  readonly coverage: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Px that a line takes, its halo included. */
export function measureHaloedText(
  text: string,
  sizePx: number,
): { readonly width: number; readonly height: number } {
  const { atlas, scale } = pickAtlas(sizePx);
  const { width, ascent } = measureText(text, atlas);
  const halo = 2 * haloRadius(sizePx);
  return { width: Math.ceil(width * scale) + halo, height: Math.ceil(ascent * scale) + halo };
}

/**
 * Writes one line of capitals or digits with an outline of the other colour, so that it can be read on any ground.
 * Ink outside the raster is left out.
 */
export function drawHaloedText(raster: Raster, text: string, { x, y, sizePx, ink, halo }: HaloedText): void {
  const letters = inkText(text, sizePx);
  const outline = growInk(letters, haloRadius(sizePx));
  const left = Math.round(x - letters.width / 2);
  const top = Math.round(y - letters.height / 2);
  paint(raster, outline, left, top, halo);
  paint(raster, letters, left, top, ink);
}

function haloRadius(sizePx: number): number {
  return Math.max(2, Math.round(sizePx / 9));
}

/** The largest drawn size that need not be shrunk. */
function pickAtlas(sizePx: number): {
  readonly atlas: (typeof TEXT_SIZES_PX)[number];
  readonly scale: number;
} {
  const atlas = TEXT_SIZES_PX.findLast((size) => size <= sizePx) ?? TEXT_SIZES_PX[0];
  return { atlas, scale: Math.max(1, sizePx / atlas) };
}

function inkText(text: string, sizePx: number): Ink {
  const { atlas, scale } = pickAtlas(sizePx);
  const { width: widthPx, ascent: heightPx } = measureText(text, atlas);
  const drawn = new Uint8Array(widthPx * heightPx);
  drawIndexedText({ data: drawn, widthPx, heightPx }, text, { x: 0, y: heightPx, sizePx: atlas }, FIFTEENTHS);
  const { width, height } = measureHaloedText(text, sizePx);
  const margin = haloRadius(sizePx);
  const coverage = new Float32Array(width * height);
  const at = (column: number, row: number) =>
    column >= 0 && row >= 0 && column < widthPx && row < heightPx
      ? (drawn[row * widthPx + column] ?? 0) / 15
      : 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const u = (column - margin + 0.5) / scale - 0.5;
      const v = (row - margin + 0.5) / scale - 0.5;
      const [i, j] = [Math.floor(u), Math.floor(v)];
      const [a, b] = [u - i, v - j];
      const upper = at(i, j) * (1 - a) + at(i + 1, j) * a;
      const lower = at(i, j + 1) * (1 - a) + at(i + 1, j + 1) * a;
      coverage[row * width + column] = upper * (1 - b) + lower * b;
    }
  }
  return { coverage, width, height };
}

const FIFTEENTHS = Array.from({ length: 16 }, (_, coverage) => coverage);

/** Spreads ink by a disk with a soft rim of one pixel. */
function growInk({ coverage, width, height }: Ink, radius: number): Ink {
  const disk = makeDisk(radius);
  const grown = new Float32Array(coverage.length);
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const share = coverage[pixel] ?? 0;
      if (share === 0) continue;
      for (const { x, y, near } of disk) {
        if (column + x < 0 || column + x >= width || row + y < 0 || row + y >= height) continue;
        const at = pixel + y * width + x;
        if (near * share > (grown[at] ?? 0)) grown[at] = near * share;
      }
    }
  }
  return { coverage: grown, width, height };
}

function makeDisk(radius: number): { readonly x: number; readonly y: number; readonly near: number }[] {
  const side = Array.from({ length: 2 * radius + 1 }, (_, place) => place - radius);
  return side
    .flatMap((y) => side.map((x) => ({ x, y, near: Math.min(1, radius + 0.5 - Math.hypot(x, y)) })))
    .filter(({ near }) => near > 0);
}

function paint(
  raster: Raster,
  { coverage, width, height }: Ink,
  left: number,
  top: number,
  colour: Colour,
): void {
  const { data, widthPx, heightPx, channels } = raster;
  for (let row = Math.max(0, -top); row < Math.min(height, heightPx - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(width, widthPx - left); column++) {
      const share = coverage[row * width + column] ?? 0;
      if (share === 0) continue;
      const at = ((row + top) * widthPx + column + left) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const under = data[at + channel] ?? 0;
        data[at + channel] = Math.round(under + ((colour[channel] ?? 0) - under) * share);
      }
    }
  }
}
