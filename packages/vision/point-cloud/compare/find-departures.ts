import type { PointCloudGeometry } from '../../geometry.ts';
import type { DepthGrid } from './depth-grid.ts';

export type Departure = NonNullable<PointCloudGeometry['departures']>[number];

/** Places named, none beside another. */
const MOST = 5;
/** Part of a place's height down to which its surroundings belong to it. */
const SHARE = 0.5;
/** Another scan may differ by this much more than two halves of one. */
const SLACK = 1.5;
/** Differences finer than this part of a pixel are the arithmetic's own. */
const LEAST_PX = 0.3;

/**
 * The places where a surface differs most from a normal one, strongest first. `own`: the same comparison of two halves of the normal
 * one's points, whose greatest difference is what scanning alone makes.
 */
export function findDepartures(
  { columns, rows, step }: DepthGrid,
  difference: Float32Array,
  own: Float32Array,
  unitsPerPx: number,
): Departure[] {
  const unit = SLACK * Math.max(LEAST_PX, findGreatest(own));
  const left = difference.map(Math.abs);
  const found: Departure[] = [];
  while (found.length < MOST) {
    let peak = 0;
    for (let cell = 1; cell < left.length; cell++) {
      if ((left[cell] as number) > (left[peak] as number)) peak = cell;
    }
    const height = left[peak] as number;
    if (!(height > 0)) break;
    const box = clearAround(left, columns, rows, peak, height * SHARE);
    found.push({
      area: {
        x: box.left * step,
        y: box.top * step,
        width: (box.right - box.left + 1) * step,
        height: (box.bottom - box.top + 1) * step,
      },
      strength: height / unit,
      behind: (difference[peak] as number) * unitsPerPx,
    });
  }
  return found;
}

function findGreatest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The box of the cells around a peak that hang together above a limit; they are emptied, and those beside them. */
function clearAround(
  values: Float32Array,
  columns: number,
  rows: number,
  peak: number,
  limit: number,
): { left: number; right: number; top: number; bottom: number } {
  const [x, y] = [peak % columns, Math.floor(peak / columns)];
  const box = { left: x, right: x, top: y, bottom: y };
  const waiting = [peak];
  values[peak] = 0;
  for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
    const [column, row] = [cell % columns, Math.floor(cell / columns)];
    for (let v = Math.max(0, row - 1); v <= Math.min(rows - 1, row + 1); v++) {
      for (let u = Math.max(0, column - 1); u <= Math.min(columns - 1, column + 1); u++) {
        const next = v * columns + u;
        const isPart = (values[next] as number) >= limit;
        values[next] = 0;
        if (!isPart) continue;
        waiting.push(next);
        box.left = Math.min(box.left, u);
        box.right = Math.max(box.right, u);
        box.top = Math.min(box.top, v);
        box.bottom = Math.max(box.bottom, v);
      }
    }
  }
  return box;
}
