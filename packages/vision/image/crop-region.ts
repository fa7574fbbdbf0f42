import type { Rectangle } from '../geometry.ts';

/** Longest side of a crop's view, px. */
export const USUAL_LONG_SIDE_PX = 2048;
const MOST_LONG_SIDE_PX = 4096;

/** @throws RangeError unless 1..4096 */
export function assertLongSide(longSidePx: number): void {
  if (Number.isInteger(longSidePx) && longSidePx >= 1 && longSidePx <= MOST_LONG_SIDE_PX) return;
  throw new RangeError(
    `longSidePx must be a whole number from 1 to ${MOST_LONG_SIDE_PX}, not ${longSidePx}.`,
  );
}

/** @throws RangeError unless the region is of whole pixels within the source */
export function assertWithin(
  { x, y, width, height }: Rectangle,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): void {
  const whole = [x, y, width, height].every(Number.isInteger);
  if (
    whole &&
    x >= 0 &&
    y >= 0 &&
    width >= 1 &&
    height >= 1 &&
    x + width <= widthPx &&
    y + height <= heightPx
  )
    return;
  throw new RangeError(
    `The region ${width} × ${height} at (${x}, ${y}) is not of whole pixels within the source of ${widthPx} × ${heightPx}.`,
  );
}
