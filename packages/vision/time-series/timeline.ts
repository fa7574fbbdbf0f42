import type { TimeSeriesGeometry } from '../geometry.ts';

/** When each row was measured. Instants never decrease. */
export interface Timeline {
  /** Epoch ms for TIMESTAMP, seconds for SECONDS, row numbers for ROW. */
  readonly axis: TimeSeriesGeometry['axis'];
  readonly rows: number;
  /** Instant of the first row, and the distance between rows when `instants` is missing. */
  readonly start: number;
  readonly step: number;
  /** Present when the steps differ. */
  readonly instants?: Float64Array;
  /** TIMESTAMP: the source states its offset from UTC. Otherwise its clock is shown as written. */
  readonly zoned?: boolean;
}

/** Steps within this of each other, relatively, are one step: clocks are printed rounded. */
const SAME_STEP = 1e-3;

/** Rows numbered from 0. */
export function countRows(rows: number): Timeline {
  return { axis: 'ROW', rows, start: 0, step: 1 };
}

/** Rows `step` seconds apart, from 0. */
export function sampleEvery(stepSeconds: number, rows: number): Timeline {
  return { axis: 'SECONDS', rows, start: 0, step: stepSeconds };
}

/** A timeline from ascending instants; even steps are recognised, which makes everything after cheaper. */
export function measureTimeline(
  axis: Timeline['axis'],
  instants: Float64Array,
  zoned: boolean = false,
): Timeline {
  const rows = instants.length;
  const start = instants[0] ?? 0;
  const step = rows > 1 ? ((instants[rows - 1] ?? 0) - start) / (rows - 1) : 1;
  const even = step > 0 && hasEvenSteps(instants, start, step);
  return { axis, rows, start, step: step > 0 ? step : 1, zoned, ...(even ? {} : { instants }) };
}

function hasEvenSteps(instants: Float64Array, start: number, step: number): boolean {
  const tolerance = step * SAME_STEP;
  for (let i = 0; i < instants.length; i++) {
    if (Math.abs((instants[i] as number) - start - i * step) > tolerance) return false;
  }
  return true;
}

export function instantAt({ instants, start, step }: Timeline, row: number): number {
  return instants === undefined ? start + row * step : (instants[row] ?? Number.NaN);
}

/** The first row not before `instant`; `rows` when there is none. */
export function findRow(timeline: Timeline, instant: number): number {
  const { instants, start, step, rows } = timeline;
  if (instants === undefined) {
    let row = Math.min(rows, Math.max(0, Math.ceil((instant - start) / step)));
    // The division rounds; what `instantAt` says decides.
    while (row > 0 && start + (row - 1) * step >= instant) row -= 1;
    while (row < rows && start + row * step < instant) row += 1;
    return row;
  }
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((instants[middle] as number) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First and last instant, widened by half a step each side when they are one. */
export function findSpan(timeline: Timeline): readonly [number, number] {
  const first = instantAt(timeline, 0);
  const last = instantAt(timeline, timeline.rows - 1);
  return last > first ? [first, last] : [first - timeline.step / 2, first + timeline.step / 2];
}
