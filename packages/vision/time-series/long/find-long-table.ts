import { type ColumnPlan, inferColumns, type TimePlan } from '../read/infer-columns.ts';
import { parseCell } from '../read/parse-number.ts';
import type { TableHead } from '../read/place-columns.ts';
import { parseInstant } from '../time/parse-instant.ts';

/** Which columns of a table say of each row when, what and how much. */
export interface LongPlan {
  /** The columns that name the channel of a row: one, or several together. */
  readonly ids: readonly IdColumn[];
  /** Their headers say so. Otherwise only the times can. */
  readonly isNamed: boolean;
  readonly time: TimePlan;
  /** What is measured of each: mostly one column. */
  readonly values: readonly number[];
  readonly notes: readonly string[];
}

export interface IdColumn {
  readonly column: number;
  readonly isNumeric: boolean;
}

const ID_NAME =
  /^(?:_field|name|tagname|kanal|messstelle|(?:channel|chan|ch|sensor|tag|point|signal|series|variable|metric|parameter|measurement|quantity|device|probe|unique|item|key|id)(?:[ _.-]?(?:id|name|no|nr|number|key|tag))?)$/i;
const VALUE_NAME = /^_?(?:value|val|values|reading|y|v|wert|messwert|valeur|valor)$/i;
/** Device, quantity, place. */
const MOST_ID_COLUMNS = 3;
/** Longer texts are remarks. */
const LONGEST_ID = 100;
/** Of the cells that say something, this part must be numbers in a column of numbers. */
const MOSTLY = 0.8;

/**
 * Whether each row of a table may be about one thing of several: a column of time, one of a few names that repeat, one or more of numbers.
 * Judged by its first rows; whether the times agree is seen when all are read.
 * @param plan what the columns hold when each is a channel
 */
export function findLongTable(head: TableHead, plan: ColumnPlan): LongPlan | undefined {
  const candidates = head.names.flatMap((_, column) => describeCandidate(head, plan, column) ?? []);
  const ids = RANKS.map((rank) => candidates.filter(rank)).find(({ length }) => length > 0) ?? [];
  const isNamed = ids.every((candidate) => candidate.isNamed);
  const most = isNamed ? MOST_ID_COLUMNS : 1;
  return ids.length === 0 || ids.length > most ? undefined : planLongTable(head, plan, ids, isNamed);
}

/** Which columns are meant, those of the first rank that there are. The name of the first channel may go on for all rows seen. */
const RANKS: readonly ((candidate: Candidate) => boolean)[] = [
  ({ isNamed, repeats, distinct }) => isNamed && repeats && distinct > 1,
  ({ isNamed, distinct }) => isNamed && distinct > 1,
  ({ distinct }) => distinct > 1,
  ({ isNamed }) => isNamed,
  () => true,
];

interface Candidate extends IdColumn {
  readonly isNamed: boolean;
  readonly distinct: number;
  readonly repeats: boolean;
}

function describeCandidate(
  { names, rows, decimal }: TableHead,
  { time, channels }: ColumnPlan,
  column: number,
): Candidate | undefined {
  if (column === time?.column || (time?.kind === 'TEXT' && column === time.clockColumn)) return undefined;
  const isNamed = ID_NAME.test((names[column] ?? '').trim());
  if (!isNamed && channels.includes(column)) return undefined;
  const cells = rows.map((row) => (row[column] ?? '').trim()).filter((cell) => cell !== '');
  const numbers = cells.map((cell) => parseCell(cell, decimal)).filter((value) => value !== undefined);
  const distinct = new Set(cells).size;
  const isNumeric = numbers.length >= cells.length * MOSTLY;
  const fits = isNumeric
    ? isNamed && numbers.every((value) => Number.isInteger(value))
    : cells.every((cell) => cell.length <= LONGEST_ID) && parseInstant(cells[0] ?? '') === undefined;
  const repeats = distinct <= cells.length / 2;
  if (cells.length < 2 || !fits || !(isNamed || repeats)) return undefined;
  return { column, isNumeric, isNamed, distinct, repeats };
}

/** What the other columns hold, seen without those of the names. */
function planLongTable(
  { names, rows, decimal }: TableHead,
  plan: ColumnPlan,
  ids: readonly IdColumn[],
  isNamed: boolean,
): LongPlan | undefined {
  const kept = names.flatMap((_, column) => (ids.some((id) => id.column === column) ? [] : [column]));
  const without = (cells: readonly string[]) => kept.map((column) => cells[column] ?? '');
  const place = (column: number) => kept[column] ?? column;
  // Channel after channel, numbers of time fall back; within one they rise.
  const seen = plan.time === undefined ? pickCommonest(rows, ids) : rows;
  const rest = inferColumns(without(names), seen.map(without), decimal);
  if (rest.time === undefined) return undefined;
  const time = moveTime(rest.time, place);
  const numeric = rest.channels.map(place).filter((column) => plan.channels.includes(column));
  if (numeric.length === 0) return undefined;
  // Beside a column that is called so there are codes of quality and the like.
  const named = numeric.filter((column) => VALUE_NAME.test((names[column] ?? '').trim()));
  const values = named.length === 1 ? named : numeric;
  const leftOut = numeric.filter((column) => !values.includes(column)).map((column) => names[column] ?? '');
  const notes = leftOut.length === 0 ? [] : [`Columns beside the values were left out: ${quote(leftOut)}.`];
  return { ids, isNamed, time, values, notes: [...rest.notes, ...notes] };
}

function pickCommonest(rows: TableHead['rows'], ids: readonly IdColumn[]): TableHead['rows'] {
  const byId = Map.groupBy(rows, (row) => ids.map(({ column }) => row[column] ?? '').join('\n'));
  return [...byId.values()].reduce((most, some) => (some.length > most.length ? some : most), []);
}

function moveTime(time: TimePlan, place: (column: number) => number): TimePlan {
  const column = place(time.column);
  if (time.kind === 'NUMBER' || time.clockColumn === undefined) return { ...time, column };
  return { ...time, column, clockColumn: place(time.clockColumn) };
}

function quote(names: readonly string[]): string {
  return names
    .slice(0, 5)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ');
}
