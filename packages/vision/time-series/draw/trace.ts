import type { Values } from '../series.ts';
import { instantAt, type Timeline } from '../timeline.ts';
import type { Extremes } from './extremes.ts';

/** How the columns of one channel hang together. */
export interface Trace {
  /** Lines between a column's last value and the next filled column's first. Columns may lie outside the panel. */
  readonly joins: readonly Join[];
  /** Columns without values for longer than the channel's own step: from, to (not included). */
  readonly gaps: readonly (readonly [number, number])[];
  /** Columns that hold values, when they are so few that each deserves a dot. */
  readonly dots: readonly number[];
}

export interface Join {
  readonly from: number;
  readonly fromValue: number;
  readonly to: number;
  readonly toValue: number;
}

/** Fewer values than this part of the columns get dots. */
const SPARSE = 1 / 8;
/** How far beyond the panel's edges the neighbouring value is sought, rows. */
const REACH_ROWS = 1000;
const SAMPLED_STEPS = 2000;

/**
 * The longest time between two values that is not a gap: one and a half steps when the channel's steps are even, five
 * times the 90th percentile of its steps otherwise.
 */
export function findGapLimit(timeline: Timeline, values: Values): number {
  const { rows } = timeline;
  const steps: number[] = [];
  const stride = Math.max(1, Math.floor(rows / SAMPLED_STEPS));
  for (let row = 0; row < rows; row += stride) {
    const first = findValue(values, row, Math.min(rows, row + REACH_ROWS));
    const next = findValue(values, first + 1, Math.min(rows, first + 1 + REACH_ROWS));
    if (first >= 0 && next >= 0) steps.push(instantAt(timeline, next) - instantAt(timeline, first));
  }
  if (steps.length === 0) steps.push(...measureSteps(timeline, values));
  steps.sort((a, b) => a - b);
  const median = steps[steps.length >> 1];
  const usual = steps[Math.floor(steps.length * 0.9)];
  if (median === undefined || usual === undefined) return Number.POSITIVE_INFINITY;
  const limit = usual <= 1.1 * median ? 1.5 * median : 5 * usual;
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

/** Of a channel that is measured much more seldom than others. */
function measureSteps(timeline: Timeline, values: Values): number[] {
  const steps: number[] = [];
  for (let row = 0, before = -1; row < timeline.rows && steps.length < SAMPLED_STEPS; row++) {
    if (Number.isNaN(values[row])) continue;
    if (before >= 0) steps.push(instantAt(timeline, row) - instantAt(timeline, before));
    before = row;
  }
  return steps;
}

export function traceChannel(
  timeline: Timeline,
  values: Values,
  {
    span,
    bounds,
    extremes,
    gapLimit,
  }: {
    readonly span: readonly [number, number];
    readonly bounds: Uint32Array;
    readonly extremes: Extremes;
    readonly gapLimit: number;
  },
): Trace {
  const columns = extremes.low.length;
  const [first, last] = span;
  const columnOf = (row: number) =>
    Math.floor(((instantAt(timeline, row) - first) / (last - first)) * columns);
  const joins: Join[] = [];
  const gaps: [number, number][] = [];
  const filled: number[] = [];
  const start = bounds[0] ?? 0;
  let before = findValueBackwards(values, start - 1, start - REACH_ROWS);
  let from = before < 0 ? -1 : columnOf(before);

  const reach = (row: number, to: number) => {
    const wait = instantAt(timeline, row) - (before < 0 ? first : instantAt(timeline, before));
    if (wait > gapLimit) gaps.push([from + 1, to]);
    else if (before >= 0) {
      joins.push({ from, fromValue: values[before] as number, to, toValue: values[row] as number });
    }
  };
  for (let column = 0; column < columns; column++) {
    if (Number.isNaN(extremes.low[column])) continue;
    const begin = bounds[column] as number;
    const end = bounds[column + 1] as number;
    reach(findValue(values, begin, end), column);
    before = findValueBackwards(values, end - 1, begin);
    from = column;
    filled.push(column);
  }
  const end = bounds[columns] ?? 0;
  const after = findValue(values, end, Math.min(timeline.rows, end + REACH_ROWS));
  if (after >= 0) reach(after, columnOf(after));
  else if (before < 0 || last - instantAt(timeline, before) > gapLimit) gaps.push([from + 1, columns]);
  return { joins, gaps, dots: filled.length < columns * SPARSE ? filled : findLonely(filled, joins) };
}

/** Columns that no line reaches: a single value between gaps. */
function findLonely(filled: readonly number[], joins: readonly Join[]): number[] {
  const joined = new Set(joins.flatMap(({ from, to }) => [from, to]));
  return filled.filter((column) => !joined.has(column));
}

/** The first row from `from` up to `end` (not included) that has a value, or -1. */
function findValue(values: Values, from: number, end: number): number {
  for (let row = Math.max(0, from); row < end; row++) {
    if (!Number.isNaN(values[row])) return row;
  }
  return -1;
}

function findValueBackwards(values: Values, from: number, end: number): number {
  for (let row = from; row >= Math.max(0, end); row--) {
    if (!Number.isNaN(values[row])) return row;
  }
  return -1;
}
