import type { RawSeries } from '../finish-series.ts';
import { type DateOrder, parseInstant } from '../time/parse-instant.ts';
import type { ColumnPlan, TimePlan } from './infer-columns.ts';
import { nameChannel } from './name-channel.ts';
import { type DecimalMark, parseCell } from './parse-number.ts';
import type { ColumnTask } from './scan-table.ts';

/** What is known of a table before its rows are read. */
export interface TableHead {
  readonly names: readonly string[];
  readonly units?: readonly string[];
  readonly decimal: DecimalMark;
  /** Some first rows, as text. */
  readonly rows: readonly (readonly string[])[];
}

/** How each column is read. */
export function planTasks({ names, decimal }: TableHead, { time, channels }: ColumnPlan): ColumnTask[] {
  const numbers = new Set<number>(channels);
  if (time?.kind === 'NUMBER') numbers.add(time.column);
  const order: DateOrder = time?.kind === 'TEXT' ? time.order : 'MONTH_FIRST';
  return names.map((_, column): ColumnTask => {
    if (numbers.has(column)) return { kind: 'NUMBER', parse: (text) => readCell(text, decimal) };
    if (time?.kind === 'TEXT' && (column === time.column || column === time.clockColumn)) {
      return { kind: 'INSTANT', parse: (text) => parseInstant(text, order)?.ms ?? Number.NaN };
    }
    return { kind: 'SKIP', parse: () => Number.NaN };
  });
}

function readCell(text: string, decimal: DecimalMark): number {
  return parseCell(text, decimal) ?? Number.NaN;
}

/** Names the channels and places the rows in time. The columns of time may be changed in place. */
export function assembleSeries(
  columns: readonly Float64Array[],
  head: TableHead,
  { time, channels, notes }: ColumnPlan,
): RawSeries {
  const found = channels.map((column) => ({
    ...nameChannel(head.names[column] ?? '', column, head.units?.[column]),
    values: columns[column] ?? new Float64Array(0),
  }));
  return { ...placeInTime(columns, head, time), channels: found, notes };
}

function placeInTime(columns: readonly Float64Array[], { rows }: TableHead, time: TimePlan | undefined) {
  if (time === undefined) return { axis: 'ROW' as const };
  const instants = columns[time.column] ?? new Float64Array(0);
  if (time.kind === 'NUMBER') {
    if (time.axis === 'ROW') return { axis: 'ROW' as const };
    const { scale, offset } = time;
    if (scale !== 1 || offset !== 0)
      for (let i = 0; i < instants.length; i++) instants[i] = (instants[i] as number) * scale + offset;
    return { axis: time.axis, instants, zoned: time.axis === 'TIMESTAMP' && offset === 0 };
  }
  const clocks = time.clockColumn === undefined ? undefined : columns[time.clockColumn];
  if (clocks !== undefined)
    for (let i = 0; i < instants.length; i++) instants[i] = (instants[i] as number) + (clocks[i] as number);
  const first = parseInstant(rows[0]?.[time.column] ?? '', time.order);
  if (first?.hasDate === false) return { axis: 'SECONDS' as const, instants: unwrapClock(instants) };
  return { axis: 'TIMESTAMP' as const, instants, zoned: first?.zoned === true };
}

const DAY_MS = 86_400_000;

/** Times of day as seconds from the first midnight: a fall by more than half a day is the next day. */
function unwrapClock(ms: Float64Array): Float64Array {
  let days = 0;
  let before = Number.NaN;
  return ms.map((time) => {
    if (time < before - DAY_MS / 2) days += 1;
    if (!Number.isNaN(time)) before = time;
    return (time + days * DAY_MS) / 1000;
  });
}
