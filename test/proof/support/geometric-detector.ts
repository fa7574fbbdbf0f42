import type { Vector } from '../../../packages/vision/geometry.ts';

/** Points whose distances are averaged, so that no single point decides. */
const TOGETHER = 8;

/**
 * The yardstick: how far the points of one scan lie from the nearest points of another of the same object in the same place, both ways,
 * the mean of the eight largest distances, the larger of the two. It sees the points themselves, no picture of them.
 */
export function measureDistance(query: readonly Vector[], reference: readonly Vector[]): number {
  return Math.max(measureOneWay(query, reference), measureOneWay(reference, query));
}

function measureOneWay(from: readonly Vector[], to: readonly Vector[]): number {
  const search = createSearch(to);
  const distances = Float64Array.from(from, search).sort();
  const largest = distances.subarray(Math.max(0, distances.length - TOGETHER));
  return largest.reduce((sum, distance) => sum + distance, 0) / largest.length;
}

/** Distance to the nearest of the points: a grid of cells, looked through in growing shells. */
function createSearch(points: readonly Vector[]): (point: Vector) => number {
  const sides = ([0, 1, 2] as const).map((axis) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const point of points) {
      least = Math.min(least, point[axis]);
      most = Math.max(most, point[axis]);
    }
    return most - least;
  });
  const cell = Math.hypot(...sides) / Math.sqrt(points.length) || 1;
  const cells = new Map<string, Vector[]>();
  const place = (point: Vector) => point.map((value) => Math.floor(value / cell)) as [number, number, number];
  for (const point of points) {
    const key = place(point).join();
    const list = cells.get(key);
    if (list === undefined) cells.set(key, [point]);
    else list.push(point);
  }
  return (point) => {
    const [i, j, k] = place(point);
    let best = Number.POSITIVE_INFINITY;
    // What lies in a shell is at least its radius less one cells away.
    for (let shell = 0; best > (shell - 1) * cell && shell < 200; shell++) {
      for (let a = -shell; a <= shell; a++) {
        for (let b = -shell; b <= shell; b++) {
          const onShell = Math.abs(a) === shell || Math.abs(b) === shell;
          for (let c = -shell; c <= shell; c += onShell || shell === 0 ? 1 : 2 * shell) {
            for (const other of cells.get(`${i + a},${j + b},${k + c}`) ?? []) {
              best = Math.min(
                best,
                Math.hypot(other[0] - point[0], other[1] - point[1], other[2] - point[2]),
              );
            }
          }
        }
      }
    }
    return best;
  };
}
