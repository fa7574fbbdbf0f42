import type { Extremes } from './extremes.ts';

/** Room left above and below the values, as a part of their range. */
const MARGIN = 0.05;
/** Parts of the least numbers that a double holds would be 0. */
const LEAST_ROOM = 1e-300;

/**
 * The values at the lower and upper edge of a panel that shows all of `extremes`; `undefined` when there are none. With `limits`, the
 * panel of the limits alone as long as it holds all, so that every series compared with them has the same axis.
 */
export function chooseRange(
  extremes: readonly Extremes[],
  limits?: Extremes,
): readonly [number, number] | undefined {
  const own = findRange(extremes);
  if (limits === undefined) return own && addRoom(own);
  const usual = findRange([limits]);
  const panel = usual && addRoom(usual);
  if (own === undefined || panel === undefined) return panel ?? (own && addRoom(own));
  if (own[0] >= panel[0] && own[1] <= panel[1]) return panel;
  return addRoom([Math.min(own[0], usual?.[0] ?? own[0]), Math.max(own[1], usual?.[1] ?? own[1])]);
}

function findRange(extremes: readonly Extremes[]): readonly [number, number] | undefined {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const { low, high } of extremes) {
    for (let i = 0; i < low.length; i++) {
      if ((low[i] as number) < least) least = low[i] as number;
      if ((high[i] as number) > greatest) greatest = high[i] as number;
    }
  }
  return least > greatest ? undefined : [least, greatest];
}

function addRoom([least, greatest]: readonly [number, number]): readonly [number, number] {
  const range = greatest - least;
  // A constant is drawn in the middle, with room that its own digits can tell.
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const room = range > size * 1e-12 ? range * MARGIN : size > 0 ? size * 0.1 : 1;
  const wide = Math.max(room, LEAST_ROOM);
  return [least - wide, greatest + wide];
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
