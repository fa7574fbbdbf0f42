import { type ColumnPlan, inferColumns, type TimePlan } from '../read/infer-columns.ts';
import { parseCell } from '../read/parse-number.ts';
import type { TableHead } from '../read/place-columns.ts';
import { parseInstant } from '../time/parse-instant.ts';

/** Which columns of a table say of each row when, what and how much. */
export interface LongPlan {
  /** The column that names the channel of a row. */
  readonly id: number;
  /** Its header says so. Otherwise only the times can. */
  readonly isNamed: boolean;
  readonly isNumeric: boolean;
  readonly time: TimePlan;
  readonly value: number;
  readonly notes: readonly string[];
}

const ID_NAME =
  /^(?:_field|name|tagname|kanal|messstelle|(?:channel|chan|ch|sensor|tag|point|signal|series|variable|metric|parameter|measurement|quantity|device|probe|unique|item|key|id)(?:[ _.-]?(?:id|name|no|nr|number|key|tag))?)$/i;
const VALUE_NAME = /^_?(?:value|val|values|reading|y|v|wert|messwert|valeur|valor)$/i;
/** Longer texts are remarks. */
const LONGEST_ID = 100;
/** Of the cells that say something, this part must be numbers in a column of numbers. */
const MOSTLY = 0.8;

/**
 * Whether a table may hold a value of one channel in each row: a column of time, one of a few names that repeat, one of numbers.
 * Judged by its first rows; whether the times agree is seen when all are read.
 * @param plan what the columns hold when each is a channel
 */
export function findLongTable(head: TableHead, plan: ColumnPlan): LongPlan | undefined {
  const candidates = head.names.flatMap((_, column) => describeCandidate(head, plan, column) ?? []);
  const among = RANKS.map((rank) => candidates.filter(rank)).find(({ length }) => length > 0) ?? [];
  const [one, ...others] = among;
  return one === undefined || others.length > 0 ? undefined : planLongTable(head, plan, one);
}

/** Which columns are meant, those of the first rank that there are. The name of the first channel may go on for all rows seen. */
const RANKS: readonly ((candidate: Candidate) => boolean)[] = [
  ({ isNamed, isNumeric, distinct }) => isNamed && !isNumeric && distinct > 1,
  ({ isNumeric, distinct }) => isNumeric && distinct > 1,
  ({ isNumeric, distinct }) => !isNumeric && distinct > 1,
  ({ isNamed }) => isNamed,
  () => true,
];

interface Candidate {
  readonly id: number;
  readonly isNamed: boolean;
  readonly isNumeric: boolean;
  readonly distinct: number;
}

function describeCandidate(
  { names, rows, decimal }: TableHead,
  { time, channels }: ColumnPlan,
  id: number,
): Candidate | undefined {
  if (id === time?.column || (time?.kind === 'TEXT' && id === time.clockColumn)) return undefined;
  const isNamed = ID_NAME.test((names[id] ?? '').trim());
  if (!isNamed && channels.includes(id)) return undefined;
  const cells = rows.map((row) => (row[id] ?? '').trim()).filter((cell) => cell !== '');
  const numbers = cells.map((cell) => parseCell(cell, decimal)).filter((value) => value !== undefined);
  const distinct = new Set(cells).size;
  const isNumeric = numbers.length >= cells.length * MOSTLY;
  const fits = isNumeric
    ? isNamed && numbers.every((value) => Number.isInteger(value))
    : cells.every((cell) => cell.length <= LONGEST_ID) && parseInstant(cells[0] ?? '') === undefined;
  const repeats = distinct <= cells.length / 2;
  return cells.length > 1 && fits && (isNamed || repeats) ? { id, isNamed, isNumeric, distinct } : undefined;
}

/** What the other columns hold, seen without that of the names. */
function planLongTable(
  { names, rows, decimal }: TableHead,
  plan: ColumnPlan,
  { id, isNamed, isNumeric }: Candidate,
): LongPlan | undefined {
  const without = <T>(cells: readonly T[]) => cells.filter((_, column) => column !== id);
  const place = (column: number) => (column < id ? column : column + 1);
  // Channel after channel, numbers of time fall back; within one they rise.
  const seen = plan.time === undefined ? pickCommonest(rows, id) : rows;
  const rest = inferColumns(without(names), seen.map(without), decimal);
  if (rest.time === undefined) return undefined;
  const time = moveTime(rest.time, place);
  const numeric = rest.channels.map(place).filter((column) => plan.channels.includes(column));
  const values = numeric.filter((column) => VALUE_NAME.test((names[column] ?? '').trim()));
  const [value, ...others] = numeric.length > 1 ? values : numeric;
  if (value === undefined || others.length > 0) return undefined;
  const leftOut = numeric.filter((column) => column !== value).map((column) => names[column] ?? '');
  const notes = leftOut.length === 0 ? [] : [`Columns beside the values were left out: ${quote(leftOut)}.`];
  return { id, isNamed, isNumeric, time, value, notes: [...rest.notes, ...notes] };
}

function pickCommonest(rows: TableHead['rows'], id: number): TableHead['rows'] {
  const byId = Map.groupBy(rows, (row) => row[id] ?? '');
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
