import type { Values } from '../series.ts';
import { findRow, type Timeline } from '../timeline.ts';

/** Least and greatest value of each column of pixels; NaN where a column has none. */
export interface Extremes {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Rows of each of `columns` equal parts of [first, last]: part c has rows bounds[c] to bounds[c + 1], the last one
 * included in the last part.
 */
export function divideRows(
  timeline: Timeline,
  [first, last]: readonly [number, number],
  columns: number,
): Uint32Array {
  const bounds = new Uint32Array(columns + 1);
  for (let column = 0; column < columns; column++) {
    bounds[column] = findRow(timeline, first + ((last - first) * column) / columns);
  }
  let end = findRow(timeline, last);
  const { rows, instants, start, step } = timeline;
  while (end < rows && (instants === undefined ? start + end * step : (instants[end] ?? 0)) <= last) end += 1;
  bounds[columns] = end;
  return bounds;
}

/** Least and greatest of the values between bounds[c] and bounds[c + 1], for each c. NaN is passed over. */
export function findExtremes(values: Values, bounds: Uint32Array): Extremes {
  const columns = bounds.length - 1;
  const low = new Float64Array(columns);
  const high = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const end = bounds[column + 1] as number;
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = bounds[column] as number; i < end; i++) {
      const value = values[i] as number;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    const some = least <= greatest;
    low[column] = some ? least : Number.NaN;
    high[column] = some ? greatest : Number.NaN;
  }
  return { low, high };
}
