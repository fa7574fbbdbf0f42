import type { Values } from '../series.ts';
import { findRow, type Timeline } from '../timeline.ts';
import { loadFindRange } from './extremes-kernel.ts';

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

/** Shorter columns are faster in plain code than with a copy. */
const WORTH_A_COPY = 200;

/** Least and greatest of the values between bounds[c] and bounds[c + 1], for each c. NaN is passed over. */
export function findExtremes(values: Values, bounds: Uint32Array): Extremes {
  const columns = bounds.length - 1;
  const low = new Float64Array(columns);
  const high = new Float64Array(columns);
  const rows = (bounds[columns] ?? 0) - (bounds[0] ?? 0);
  const findRange = rows > columns * WORTH_A_COPY ? loadFindRange() : findPlainRange;
  for (let column = 0; column < columns; column++) {
    const [least, greatest] = findRange(values, bounds[column] as number, bounds[column + 1] as number);
    const some = least <= greatest;
    low[column] = some ? least : Number.NaN;
    high[column] = some ? greatest : Number.NaN;
  }
  return { low, high };
}

/** The kernel's twin in plain code. */
export function findPlainRange(values: Values, from: number, end: number): readonly [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < end; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}
