import type { Limits } from '../../limits.ts';
import { farthestOf, type RawSeries } from '../finish-series.ts';
import type { ColumnPlan } from '../read/infer-columns.ts';
import { assembleSeries, planTasks, type TableHead } from '../read/place-columns.ts';
import type { ColumnTask } from '../read/scan-table.ts';
import { assertWithinLimits, isWithinLimits } from '../reject.ts';
import { areChannels } from './are-channels.ts';
import { findLongTable, type LongPlan } from './find-long-table.ts';
import { createIdReader, type IdReader, numberIds } from './ids.ts';
import { countTimes, mergeChannels } from './merge-channels.ts';
import { describeRows, nameChannels } from './name-channels.ts';
import { putInOrder, type SplitRows, splitRows } from './split-rows.ts';

/** A table whose rows may each be about one thing of several. */
export interface LongTable {
  /** How its columns are read, the names of channels as numbers. */
  readonly tasks: readonly ColumnTask[];
  /**
   * A channel for each name and each column of numbers, at the times of all: NaN where one was not measured. Undefined when the times say that the column names
   * no channels, or its numbers would be too many; the columns are then as they were.
   * @throws RejectedError TOO_MANY_CHANNELS, TOO_MANY_POINTS
   */
  readonly unfold: (columns: readonly Float64Array[], limits: Limits) => RawSeries | undefined;
}

/** Undefined for a table that cannot be one. @param plan what its columns hold when each is a channel */
export function openLongTable(head: TableHead, plan: ColumnPlan): LongTable | undefined {
  const long = findLongTable(head, plan);
  if (long === undefined) return undefined;
  const readers = new Map(long.ids.map(({ column }) => [column, createIdReader()]));
  const texts = new Set(long.ids.flatMap(({ column, isNumeric }) => (isNumeric ? [] : [column])));
  const wide = planTasks(head, plan);
  const narrow = planTasks(head, { time: long.time, channels: long.values, notes: [] });
  const tasks = wide.map((task, column) => {
    if (texts.has(column)) return readers.get(column)?.task ?? task;
    return task.kind === 'SKIP' ? (narrow[column] ?? task) : task;
  });
  return { tasks, unfold: (columns, limits) => unfold(columns, head, long, readers, limits) };
}

function unfold(
  columns: readonly Float64Array[],
  head: TableHead,
  long: LongPlan,
  readers: ReadonlyMap<number, IdReader>,
  limits: Limits,
): RawSeries | undefined {
  const { time, values } = long;
  const numbered = numberIds(long.ids.map(({ column }) => columns[column] ?? new Float64Array(0)));
  if (numbered === undefined || numbered.ids.length < 2) return undefined;
  const clock = time.kind === 'TEXT' ? time.clockColumn : undefined;
  const used = new Set([time.column, clock, ...values]);
  const plan = { time, channels: [], notes: [] };
  let axis: RawSeries['axis'] = 'ROW';
  let zoned: boolean | undefined;
  const parts = splitRows(columns, used, numbered).map((part): SplitRows => {
    // The rows of each id are a table of their own: their times of day pass midnight by themselves.
    const series = assembleSeries(part, head, plan);
    ({ axis, zoned } = series);
    const instants = series.instants ?? part[time.column] ?? new Float64Array(0);
    return { instants, columns: values.map((column) => part[column] ?? new Float64Array(0)) };
  });
  const { sorted, notes } = putInOrder(parts, farthestOf(axis));
  const times = countTimes(sorted);
  if (!areChannels(sorted, { ...times, runs: numbered.runs, isNamed: long.isNamed })) return undefined;
  const channels = sorted.length * values.length;
  const rows = times.distinct + times.repeated;
  // So many numbers are rather measured, and the table can be read without taking them for names.
  if (long.ids.some(({ isNumeric }) => isNumeric) && !isWithinLimits(rows, channels, limits))
    return undefined;
  assertWithinLimits(rows, channels, limits);
  const merged = mergeChannels(sorted, rows);
  return {
    axis,
    ...(zoned === undefined ? {} : { zoned }),
    instants: merged.instants,
    channels: merged.columns.flatMap((some, i) => {
      const names = nameChannels(head, long, readers, numbered.ids[i] ?? [], i);
      return names.map((name, c) => ({ ...name, values: some[c] ?? new Float64Array(0) }));
    }),
    notes: [
      describeRows(head, long, sorted.length),
      ...(numbered.unnamed > 0 ? [`${numbered.unnamed} rows without a channel were left out.`] : []),
      ...notes,
      ...long.notes,
    ],
  };
}
