import { REACH } from '../compare/aligned.ts';
import { DIMS, type FeatureGrid } from '../features/extract.ts';

/** What `searchWindow` does, in plain TypeScript: distance of each cell to the nearest descriptor of `dense` (see `layDense`) around its place. */
export function searchPlainly(cells: FeatureGrid, dense: FeatureGrid): Float32Array {
  const between = (dense.columns - 1 - 2 * REACH) / Math.max(1, cells.columns - 1);
  const out = new Float32Array(cells.columns * cells.rows);
  for (let row = 0; row < cells.rows; row++) {
    for (let column = 0; column < cells.columns; column++) {
      const at = (row * cells.columns + column) * DIMS;
      const middle = (row * between + REACH) * dense.columns + column * between + REACH;
      let best = measureDistance(cells.data, at, dense.data, middle * DIMS, DIMS, Number.POSITIVE_INFINITY);
      for (let dy = -REACH; dy <= REACH; dy++) {
        for (let dx = -REACH; dx <= REACH; dx++) {
          const to = (middle + dy * dense.columns + dx) * DIMS;
          const distance = measureDistance(cells.data, at, dense.data, to, DIMS, best);
          if (distance < best) best = distance;
        }
      }
      out[row * cells.columns + column] = Math.sqrt(best);
    }
  }
  return out;
}

/** Squared distance of two descriptors, or some number not below `limit` as soon as it reaches it. */
function measureDistance(
  one: Float32Array,
  at: number,
  other: Float32Array,
  to: number,
  dims: number,
  limit: number,
): number {
  let sum = 0;
  for (let k = 0; k < dims; k++) {
    const difference = (one[at + k] as number) - (other[to + k] as number);
    sum += difference * difference;
    if (sum >= limit) return sum;
  }
  return sum;
}
