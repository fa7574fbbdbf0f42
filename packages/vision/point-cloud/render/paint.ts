import type { CloudStyle } from '../options.ts';
import { BAR_PX, drawColourBar } from './colour-bar.ts';
import type { PointCloudKernels } from './kernels.ts';
import { DEPTH_PALETTE, RESIDUAL_PALETTE } from './palettes.ts';
import { computeResidual } from './residual.ts';
import { MARGIN, type Surface } from './surface.ts';

/** Bytes of a picture, one or three per pixel, and the range that its colours span, in units. */
export interface Painting {
  readonly data: Uint8Array;
  readonly channels: 1 | 3;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly range: readonly [number, number];
}

export interface PaintOptions {
  readonly unit?: string | undefined;
  /** Instead of the picture's own. */
  readonly range?: readonly [number, number] | undefined;
}

const DARK = 26;
const BRIGHT = 236;
/** Light that colours keep in the shade: DEPTH is read by hue first, RESIDUAL by hue alone. */
const LIGHT_FLOOR = { DEPTH: 0.35, RESIDUAL: 0.75 };
const DEPTH_PERCENTILES = [0.01, 0.99] as const;
const RESIDUAL_PERCENTILE = 0.995;
/** Residuals finer than this, px, are the arithmetic's own. */
const LEAST_RESIDUAL_PX = 0.2;
const SAMPLE_PIXELS = 20_000;

/** Columns that a style adds to the right of the picture. */
export function findBarPx(style: CloudStyle): number {
  return style === 'DEPTH' || style === 'RESIDUAL' ? BAR_PX : 0;
}

/** Paints a surface in a style, the margins cut off. */
export function paintSurface(
  kernels: PointCloudKernels,
  surface: Surface,
  style: CloudStyle,
  options: PaintOptions,
): Painting {
  const before = kernels.mark();
  const painting =
    style === 'DEPTH' || style === 'RESIDUAL'
      ? paintScale(kernels, surface, style, options)
      : paintPlain(kernels, surface, style, options);
  kernels.release(before);
  return painting;
}

function paintPlain(
  { run, reserve, bytes }: PointCloudKernels,
  surface: Surface,
  style: 'HILLSHADE' | 'COLOUR',
  { range }: PaintOptions,
): Painting {
  const { depths, light, colours, width } = surface;
  const { widthPx, heightPx, depths: extent } = surface.frame;
  const window = [width, MARGIN, MARGIN, widthPx, heightPx] as const;
  const channels = style === 'COLOUR' && colours !== undefined ? 3 : 1;
  const target = reserve(widthPx * heightPx * channels + 4);
  if (channels === 3) run.paintColours(depths, colours ?? 0, ...window, target);
  else run.paintGrey(depths, light, ...window, target, DARK, BRIGHT);
  const data = bytes(target, widthPx * heightPx * channels).slice();
  return { data, channels, widthPx, heightPx, range: range ?? extent };
}

function paintScale(
  kernels: PointCloudKernels,
  surface: Surface,
  style: 'DEPTH' | 'RESIDUAL',
  { range, unit }: PaintOptions,
): Painting {
  const { run, reserve, bytes } = kernels;
  const { depths, light, width, bias } = surface;
  const { unitsPerPx, widthPx, heightPx } = surface.frame;
  const isDepth = style === 'DEPTH';
  const zero = isDepth ? bias : 0;
  const values = isDepth ? depths : writeResidual(kernels, surface);
  const palette = reserve(1024);
  const widePx = widthPx + BAR_PX;
  const words = Math.ceil((widePx * heightPx * 3) / 16) * 4;
  const target = reserve(words * 4);
  run.fill(target, words, 0xffffffff);
  const colours = isDepth ? DEPTH_PALETTE : RESIDUAL_PALETTE;
  bytes(palette, 1024).set(colours);
  const inUnits = (value: number) => (value - zero) * unitsPerPx;
  const own = range === undefined ? findRange(kernels, surface, values, isDepth) : [0, 0];
  const [low, high] = range ?? [inUnits(own[0] ?? 0), inUnits(own[1] ?? 0)];
  const [from, to] = [low / unitsPerPx + zero, high / unitsPerPx + zero];
  run.paintPalette(
    depths,
    values,
    light,
    width,
    MARGIN,
    MARGIN,
    widthPx,
    heightPx,
    target,
    widePx * 3,
    palette,
    from,
    // One colour for all where there is nothing to tell apart.
    to > from ? to : from + 1,
    LIGHT_FLOOR[style],
  );
  const data = bytes(target, widePx * heightPx * 3).slice();
  drawColourBar({ data, widthPx: widePx, heightPx, channels: 3 }, colours, {
    title: isDepth ? 'depth' : 'height',
    unit,
    values: isDepth ? [low, high] : [high, low],
    shares: isDepth ? [0, 1] : [1, 0],
  });
  return { data, channels: 3, widthPx: widePx, heightPx, range: [low, high] };
}

function writeResidual({ reserve, floats }: PointCloudKernels, surface: Surface): number {
  const { depths, width, height } = surface;
  const residual = computeResidual({ depths: floats(depths, width * height), width, height });
  const address = reserve(width * height * 4);
  floats(address, width * height).set(residual);
  return address;
}

/** Percentiles of what is seen inside the window; for residuals, as much below zero as above. */
function findRange(
  { floats }: PointCloudKernels,
  { depths, width, frame }: Surface,
  values: number,
  isDepth: boolean,
): readonly [number, number] {
  const seen = floats(depths, width * (MARGIN + frame.heightPx));
  const all = floats(values, seen.length);
  const step = Math.max(1, Math.round(Math.sqrt((frame.widthPx * frame.heightPx) / SAMPLE_PIXELS)));
  const sample = new Float32Array(Math.ceil(frame.widthPx / step) * Math.ceil(frame.heightPx / step));
  let length = 0;
  for (let row = MARGIN; row < MARGIN + frame.heightPx; row += step) {
    for (let column = MARGIN; column < MARGIN + frame.widthPx; column += step) {
      const at = row * width + column;
      const value = all[at] ?? 0;
      if ((seen[at] ?? 0) < Number.POSITIVE_INFINITY) sample[length++] = isDepth ? value : Math.abs(value);
    }
  }
  const sorted = sample.subarray(0, length).sort();
  const pick = (part: number) => sorted[Math.round(part * (length - 1))];
  if (isDepth) return [pick(DEPTH_PERCENTILES[0]) ?? 1, pick(DEPTH_PERCENTILES[1]) ?? 1];
  const most = Math.max(pick(RESIDUAL_PERCENTILE) ?? 0, LEAST_RESIDUAL_PX);
  return [-most, most];
}
