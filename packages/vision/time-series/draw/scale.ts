import type { Extremes } from './extremes.ts';

/** Room left above and below the values, as a part of their range. */
const MARGIN = 0.05;

/** The values at the lower and upper edge of a panel that shows all of `extremes`; `undefined` when there are none. */
export function chooseRange(extremes: readonly Extremes[]): readonly [number, number] | undefined {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const { low, high } of extremes) {
    for (let i = 0; i < low.length; i++) {
      if ((low[i] as number) < least) least = low[i] as number;
      if ((high[i] as number) > greatest) greatest = high[i] as number;
    }
  }
  if (least > greatest) return undefined;
  const range = greatest - least;
  // A constant is drawn in the middle, with room that its own digits can tell.
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const room = range > size * 1e-12 ? range * MARGIN : size > 0 ? size * 0.1 : 1;
  return [least - room, greatest + room];
}

/** The row of pixels of `value` in a panel of `height` rows beginning at `top`; clipped to the panel. */
export function findPixelRow(
  value: number,
  [low, high]: readonly [number, number],
  { y, height }: { readonly y: number; readonly height: number },
): number {
  const part = (high - value) / (high - low);
  return y + Math.min(height - 1, Math.max(0, Math.floor(part * height)));
}
