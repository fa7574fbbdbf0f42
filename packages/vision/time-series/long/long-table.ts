import type { Limits } from '../../limits.ts';
import { farthestOf, type RawSeries } from '../finish-series.ts';
import type { ColumnPlan } from '../read/infer-columns.ts';
import { nameChannel } from '../read/name-channel.ts';
import { assembleSeries, planTasks, type TableHead } from '../read/place-columns.ts';
import type { ColumnTask } from '../read/scan-table.ts';
import { assertWithinLimits } from '../reject.ts';
import { areChannels } from './are-channels.ts';
import { findLongTable, type LongPlan } from './find-long-table.ts';
import { createIdReader, type IdReader, numberIds } from './ids.ts';
import { countTimes, mergeChannels } from './merge-channels.ts';
import { putInOrder, type SplitChannel, splitRows } from './split-rows.ts';

/** A table whose rows may each hold a value of one channel. */
export interface LongTable {
  /** How its columns are read, the names of channels as numbers. */
  readonly tasks: readonly ColumnTask[];
  /**
   * A channel for each name, at the times of all: NaN where one was not measured. Undefined when the times say that the column names
   * no channels; the columns are then as they were.
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
  const narrow = planTasks(head, { time: long.time, channels: [long.value], notes: [] });
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
  const { time, value } = long;
  const numbered = numberIds(long.ids.map(({ column }) => columns[column] ?? new Float64Array(0)));
  if (numbered === undefined || numbered.ids.length < 2) return undefined;
  const clock = time.kind === 'TEXT' ? time.clockColumn : undefined;
  const used = new Set([time.column, clock, value]);
  const plan = { time, channels: [value], notes: [] };
  let axis: RawSeries['axis'] = 'ROW';
  let zoned: boolean | undefined;
  const parts = splitRows(columns, used, numbered).map((part): SplitChannel => {
    // Each channel is a table of its own: its times of day pass midnight by themselves.
    const series = assembleSeries(part, head, plan);
    ({ axis, zoned } = series);
    const instants = series.instants ?? part[time.column] ?? new Float64Array(0);
    return { instants, values: part[value] ?? new Float64Array(0) };
  });
  const sorted = putInOrder(parts, farthestOf(axis));
  const { channels } = sorted;
  const times = countTimes(channels);
  if (!areChannels(channels, { ...times, runs: numbered.runs, isNamed: long.isNamed })) return undefined;
  assertWithinLimits(times.distinct + times.repeated, channels.length, limits);
  const merged = mergeChannels(channels, times.distinct + times.repeated);
  const headers = long.ids.map(({ column }) => (head.names[column] ?? '').trim());
  const nameOf = (raw: readonly number[]) =>
    long.ids
      .map(({ column, isNumeric }, i) =>
        readers.get(column)?.name(raw[i] ?? 0, isNumeric ? (headers[i] ?? '') : ''),
      )
      .join(' / ');
  const { unit } = nameChannel(head.names[value] ?? '', value, head.units?.[value]);
  return {
    axis,
    ...(zoned === undefined ? {} : { zoned }),
    instants: merged.instants,
    channels: merged.values.map((values, i) => ({
      ...(unit === undefined ? {} : { unit }),
      ...nameChannel(nameOf(numbered.ids[i] ?? []), i),
      values,
    })),
    notes: [
      `Each row is a value of one of ${channels.length} channels, named in ${describeColumns(long, headers)}: they are shown apart, each at its own times.`,
      ...(numbered.unnamed > 0 ? [`${numbered.unnamed} rows without a channel were left out.`] : []),
      ...sorted.notes,
      ...long.notes,
    ],
  };
}

function describeColumns({ ids }: LongPlan, headers: readonly string[]): string {
  const named = headers.map((header, i) =>
    header === '' ? `${(ids[i]?.column ?? 0) + 1}` : JSON.stringify(header.slice(0, 40)),
  );
  return `column${named.length > 1 ? 's' : ''} ${named.join(' and ')}`;
}
