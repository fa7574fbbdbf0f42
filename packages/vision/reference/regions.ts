import type { Rectangle } from '../geometry.ts';
import type { Plane } from './kernels/plane.ts';

/** A rectangle in pixels of the query view and the score (0..1) of its strongest cell. */
export interface Region extends Rectangle {
  readonly score: number;
}

/** A rectangle of cells, both ends included, around the strongest cell `peak`. */
export interface CellBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly peak: number;
}

/** Share of a peak that a cell joined to it must have to lie in its box. */
const BOX_LEVEL = 0.65;

/** Cells around a peak along each axis that must not be stronger than it. */
const PEAK_REACH = 2;

/**
 * Boxes around the strongest places of a map, strongest first, none touching another: around each local maximum the
 * connected cells of at least 0.65 of its value. A maximum from which a higher one is reached that way is a bump on
 * its slope and gets no box. A box that would run into a stronger one shrinks to the peak's neighbours, and goes when
 * even these run into it.
 */
export function boxPeaks(map: Plane, floor: number, most: number): CellBox[] {
  const boxes: CellBox[] = [];
  for (const peak of findPeaks(map, floor)) {
    if (boxes.length === most) break;
    const wide = growBox(map, peak);
    if (!wide) continue;
    const small = clampBox(map, peak, 1);
    const box = [wide, small].find((candidate) => !boxes.some((other) => touch(candidate, other)));
    if (box) boxes.push({ ...box, peak });
  }
  return boxes;
}

function findPeaks(map: Plane, floor: number): number[] {
  const { width, height, data } = map;
  const peaks: number[] = [];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!(value >= floor)) continue;
    const around = clampBox({ width, height }, i, PEAK_REACH);
    let highest = true;
    for (let y = around.top; y <= around.bottom && highest; y++) {
      for (let x = around.left; x <= around.right; x++) {
        if ((data[y * width + x] as number) > value) highest = false;
      }
    }
    if (highest) peaks.push(i);
  }
  return peaks.sort((one, other) => (data[other] as number) - (data[one] as number) || one - other);
}

type Bounds = Omit<CellBox, 'peak'>;

function growBox({ width, height, data }: Plane, peak: number): Bounds | undefined {
  const summit = data[peak] as number;
  const limit = summit * BOX_LEVEL;
  const seen = new Set([peak]);
  const waiting = [peak];
  const bounds = { left: width, top: height, right: 0, bottom: 0 };
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    const x = i % width;
    const y = (i - x) / width;
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y);
    const around = clampBox({ width, height }, i, 1);
    for (let v = around.top; v <= around.bottom; v++) {
      for (let u = around.left; u <= around.right; u++) {
        const next = v * width + u;
        const value = data[next] as number;
        if (seen.has(next) || value < limit) continue;
        if (value > summit) return undefined;
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return bounds;
}

function clampBox({ width, height }: { width: number; height: number }, cell: number, reach: number): Bounds {
  const x = cell % width;
  const y = (cell - x) / width;
  return {
    left: Math.max(0, x - reach),
    right: Math.min(width - 1, x + reach),
    top: Math.max(0, y - reach),
    bottom: Math.min(height - 1, y + reach),
  };
}

function touch(one: Bounds, other: Bounds): boolean {
  return (
    one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom
  );
}
