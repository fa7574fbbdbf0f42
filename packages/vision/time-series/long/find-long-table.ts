import { type ColumnPlan, inferColumns, type TimePlan } from '../read/infer-columns.ts';
import { parseCell } from '../read/parse-number.ts';
import type { TableHead } from '../read/place-columns.ts';
import { parseInstant } from '../time/parse-instant.ts';

/** Which columns of a table say of each row when, what and how much. */
export interface LongPlan {
  /** The columns that name the channel of a row: one, or several together. */
  readonly ids: readonly IdColumn[];
  /** They are texts, and their headers say so. Otherwise only the times can. */
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

const THING =
  'channel|chan|ch|sensor|tag|point|signal|series|variable|metric|parameter|measurement|quantity|device|probe|unique|item|key';
const ID_NAME = new RegExp(
  `^(?:_field|name|tagname|kanal|messstelle|(?:${THING}|id)(?:[ _.-]?(?:id|name|no|nr|number|key|tag))?)$`,
  'i',
);
/** Of whole numbers, which may as well be what was measured: a quantity, a signal. */
const NUMBER_NAME = new RegExp(
  `^(?:id|channel|chan|ch|sensor|tag|(?:${THING})[ _.-]?(?:id|no|nr|number))$`,
  'i',
);
/** What is said of a thing, and seldom what a thing is called. */
const STATE =
  /^(?:ok|nok|ng|pass(?:ed)?|fail(?:ed|ure)?|good|bad|true|false|yes|no|on|off|run(?:ning)?|stop(?:ped)?|idle|normal|abnormal|anomaly|anomalous|alarm|warn(?:ing)?|error|fault)$/i;
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
  const areNamed = ids.every(({ isNamed }) => isNamed);
  const most = areNamed ? MOST_ID_COLUMNS : 1;
  if (ids.length === 0 || ids.length > most) return undefined;
  return planLongTable(head, plan, ids, areNamed && !ids.some(({ isNumeric }) => isNumeric));
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
  const header = (names[column] ?? '').trim();
  if (!ID_NAME.test(header) && channels.includes(column)) return undefined;
  const cells = rows.map((row) => (row[column] ?? '').trim()).filter((cell) => cell !== '');
  const numbers = cells.map((cell) => parseCell(cell, decimal)).filter((value) => value !== undefined);
  const distinct = new Set(cells).size;
  const isNumeric = numbers.length >= cells.length * MOSTLY;
  const isNamed = isNumeric
    ? NUMBER_NAME.test(header)
    : ID_NAME.test(header) && !cells.every((cell) => STATE.test(cell));
  const repeats = distinct <= cells.length / 2;
  const fits = isNumeric
    ? isNamed && repeats && numbers.every((value) => Number.isInteger(value))
    : cells.every((cell) => cell.length <= LONGEST_ID) && parseInstant(cells[0] ?? '') === undefined;
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
