import { type ColourRaster, drawText, measureText } from '../../text/index.ts';
import type { Palette } from './palettes.ts';

/** Columns that a colour bar takes to the right of the picture. */
export const BAR_PX = 112;

const LEFT_PX = 12;
const THICK_PX = 18;
const TOP_PX = 44;
const BOTTOM_PX = 20;
const TEXT_PX = 14;
const TICKS = 5;
const INK = [30, 30, 30] as const;

export interface BarLegend {
  readonly title: string;
  readonly unit: string | undefined;
  /** Values at the upper and lower end. */
  readonly values: readonly [number, number];
  /** Positions in the palette, 0..1, of the upper and lower end. */
  readonly shares: readonly [number, number];
}

/** Draws a bar with ticks into the last `BAR_PX` columns of a white raster. */
export function drawColourBar(raster: ColourRaster, palette: Palette, legend: BarLegend): void {
  const { data, widthPx, heightPx } = raster;
  const left = widthPx - BAR_PX + LEFT_PX;
  const bottom = heightPx - BOTTOM_PX;
  const [upper, lower] = legend.shares;
  for (let y = TOP_PX; y < bottom; y++) {
    const share = upper + ((lower - upper) * (y - TOP_PX)) / (bottom - TOP_PX - 1);
    const colour = palette.subarray(Math.round(share * 255) * 4, Math.round(share * 255) * 4 + 3);
    for (let x = left; x < left + THICK_PX; x++) data.set(colour, (y * widthPx + x) * 3);
  }
  const write = (text: string, x: number, y: number) =>
    drawText(raster, text, { x, y, sizePx: TEXT_PX, align: 'START' }, INK);
  write(legend.title, left, 16);
  if (legend.unit !== undefined) write(`in ${legend.unit}`, left, 34);
  const { ascent } = measureText('0', TEXT_PX);
  const [first, last] = legend.values;
  const ticks = chooseTicks(Math.min(first, last), Math.max(first, last));
  for (const value of ticks.values) {
    const y = Math.round(TOP_PX + ((value - first) / (last - first)) * (bottom - TOP_PX - 1));
    for (let x = left + THICK_PX; x < left + THICK_PX + 5; x++) data.set(INK, (y * widthPx + x) * 3);
    write(ticks.format(value), left + THICK_PX + 8, y + Math.round(ascent / 2) - 1);
  }
}

/** About five round values from `low` to `high`, and how to write them. */
export function chooseTicks(
  low: number,
  high: number,
): { readonly values: readonly number[]; readonly format: (value: number) => string } {
  const span = high - low;
  if (!(span > 0)) return { values: [low], format: (value) => value.toPrecision(3) };
  const power = 10 ** Math.floor(Math.log10(span / TICKS));
  const step = ([1, 2, 5, 10].find((factor) => span / (factor * power) <= TICKS + 1) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  const values = Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const most = Math.max(Math.abs(low), Math.abs(high));
  const isPlain = most < 1e5 && decimals <= 5;
  return { values, format: (value) => (isPlain ? value.toFixed(decimals) : value.toExponential(1)) };
}
