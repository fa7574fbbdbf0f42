import { type DepthGrid, findSurroundings } from './depth-grid.ts';

/** Cells around in which the same depth may be found: scans hit other points of the surface … */
const REACH = 1;
/** … and in which there may be nothing at all, between points that happen to lie apart. */
const GAP = 2;
/** Cells whose differences are averaged: what is smaller is noise. */
const TOGETHER = 2;
/** Difference, in cells, that stands for something seen in one of the two alone. */
const ALONE = 6;

/**
 * How far one surface lies behind another at each cell, in pixel sides; negative before it. A depth that the other has within a cell
 * is no difference, so that edges and slopes compare; what only one of them shows within two cells counts as six cells, positive when it is
 * missing in the first. Averaged over five by five cells.
 */
export function compareDepths(query: DepthGrid, reference: DepthGrid): Float32Array {
  const around = [findSurroundings(query, REACH), findSurroundings(reference, REACH)] as const;
  const apart = [findSurroundings(query, GAP), findSurroundings(reference, GAP)] as const;
  const alone = ALONE * query.step;
  const difference = query.depths.map((depth, cell) => {
    const other = reference.depths[cell] as number;
    const isSeen = depth < Number.POSITIVE_INFINITY;
    const isThere = other < Number.POSITIVE_INFINITY;
    if (!isSeen && !isThere) return 0;
    // Nothing within reach is something that is missing or too much; a gap beside something is an edge.
    if (!isThere) return (apart[1].low[cell] as number) === Number.POSITIVE_INFINITY ? -alone : 0;
    if (!isSeen) return (apart[0].low[cell] as number) === Number.POSITIVE_INFINITY ? alone : 0;
    const one = leave(depth, around[1].low[cell] as number, around[1].high[cell] as number);
    const back = -leave(other, around[0].low[cell] as number, around[0].high[cell] as number);
    const least = Math.abs(one) < Math.abs(back) ? one : back;
    return Math.max(-alone, Math.min(alone, least));
  });
  return average(average(difference, query.columns, query.rows, 1), query.rows, query.columns, query.columns);
}

/** How far a value is beyond an interval: positive above it, negative below. */
function leave(value: number, low: number, high: number): number {
  return value > high ? value - high : value < low ? value - low : 0;
}

function average(values: Float32Array, length: number, lines: number, stride: number): Float32Array {
  const out = new Float32Array(values.length);
  const between = stride === 1 ? length : 1;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = Math.max(0, i - TOGETHER); j <= Math.min(length - 1, i + TOGETHER); j++) {
        sum += values[line * between + j * stride] as number;
      }
      out[line * between + i * stride] = sum / (2 * TOGETHER + 1);
    }
  }
  return out;
}
