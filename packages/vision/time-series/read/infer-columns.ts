import { type NumericTime, recogniseNumericTime } from '../time/numeric-time.ts';
import { type DateOrder, findOrder, hasDots, parseInstant } from '../time/parse-instant.ts';
import { type DecimalMark, parseCell } from './parse-number.ts';

/** The columns of a table by what they hold. */
export interface ColumnPlan {
  readonly time: TimePlan | undefined;
  /** Columns of numbers, from 0, without those of time and of row numbers. */
  readonly channels: readonly number[];
  readonly notes: readonly string[];
}

export type TimePlan =
  | {
      readonly kind: 'TEXT';
      readonly column: number;
      readonly order: DateOrder;
      readonly clockColumn?: number;
    }
  | ({ readonly kind: 'NUMBER'; readonly column: number } & NumericTime);

/** Of the cells that say something, this part must be numbers. */
const MOSTLY = 0.8;

/**
 * Finds out what the columns hold from a sample of rows, the first rows first.
 * @param names one for each column; empty strings when there is no header
 */
export function inferColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  decimal: DecimalMark,
): ColumnPlan {
  const columns = names.map((name, column) => describeColumn(name, rows, column, decimal));
  const notes: string[] = [];
  const text = findTextTime(columns);
  if (text !== undefined) {
    const { order, proven } = chooseOrder(columns[text.column]?.cells ?? []);
    if (!proven)
      notes.push(
        'Whether days or months come first in the dates is not certain; the order in which time runs evenly was taken.',
      );
    const taken = new Set([text.column, text.clockColumn]);
    const channels = columns.flatMap(({ numeric, rowNumbers }, i) =>
      numeric && !rowNumbers && !taken.has(i) ? [i] : [],
    );
    return { time: { kind: 'TEXT', order, ...text }, channels, notes: noteSkipped(columns, taken, notes) };
  }
  const unnamed = names.every((name) => name === '');
  const numeric = columns.flatMap((column, i) => (column.numeric ? [i] : []));
  for (const column of numeric) {
    // A column alone is a quantity, whatever its numbers look like.
    if (numeric.length < 2) break;
    const found = recogniseNumericTime(names[column] ?? '', columns[column]?.numbers ?? [], {
      first: column === numeric[0],
      unnamed,
    });
    if (found === undefined) continue;
    const taken = new Set([column]);
    if (found.supposed) notes.push('The first column rises evenly and was taken for the time in seconds.');
    const channels = numeric.filter((i) => i !== column && columns[i]?.rowNumbers !== true);
    if (channels.length === 0) break;
    return {
      time: { kind: 'NUMBER', column, ...found },
      channels,
      notes: noteSkipped(columns, taken, notes),
    };
  }
  const channels = numeric.filter((i) => numeric.length < 2 || columns[i]?.rowNumbers !== true);
  return { time: undefined, channels, notes: noteSkipped(columns, new Set(), notes) };
}

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  readonly numbers: readonly number[];
  readonly numeric: boolean;
  /** Counts the rows: 0, 1, 2 or 1, 2, 3. */
  readonly rowNumbers: boolean;
}

const ROW_NAME = /^(?:#|index|idx|row|row ?n(?:umbe)?r?|no\.?|nr\.?|id|sample|unnamed: ?\d+)$/i;

/** Without a name, only a first column can be meant. */
function namesRows(name: string, column: number): boolean {
  return name === '' ? column === 0 : ROW_NAME.test(name);
}

function describeColumn(
  name: string,
  rows: readonly (readonly string[])[],
  column: number,
  decimal: DecimalMark,
): Column {
  const cells = rows.map((row) => row[column] ?? '');
  const parsed = cells.map((cell) => parseCell(cell, decimal));
  const said = parsed.filter((value) => value === undefined || !Number.isNaN(value));
  const numbers = said.filter((value) => value !== undefined);
  const start = numbers[0];
  const counts = (start === 0 || start === 1) && numbers.every((value, i) => value === start + i);
  return {
    name,
    cells: cells.filter((cell) => cell.trim() !== ''),
    numbers,
    numeric: numbers.length >= said.length * MOSTLY,
    rowNumbers:
      counts && numbers.length > 2 && numbers.length === cells.length && namesRows(name.trim(), column),
  };
}

/** The first column of dates; a column of times beside it belongs to it; a column of times alone will do. */
function findTextTime(
  columns: readonly Column[],
): { readonly column: number; readonly clockColumn?: number } | undefined {
  const kinds = columns.map(({ cells, numeric }) => {
    if (cells.length === 0 || numeric) return undefined;
    const found = cells.map((cell) => parseInstant(cell, 'DAY_FIRST') ?? parseInstant(cell));
    const valid = found.filter((instant) => instant !== undefined);
    if (valid.length < cells.length * MOSTLY) return undefined;
    if (valid.every(({ hasDate, hasClock }) => hasDate && !hasClock)) return 'DATE';
    return valid.every(({ hasDate }) => hasDate)
      ? 'INSTANT'
      : valid.some(({ hasDate }) => hasDate)
        ? undefined
        : 'CLOCK';
  });
  const instant = kinds.indexOf('INSTANT');
  const date = kinds.indexOf('DATE');
  const clock = kinds.indexOf('CLOCK');
  if (instant >= 0 && (date < 0 || instant < date)) return { column: instant };
  if (date >= 0) return clock >= 0 ? { column: date, clockColumn: clock } : { column: date };
  return clock >= 0 ? { column: clock } : undefined;
}

/** Proven by a number above 12, or by dots; otherwise the order in which the dates go forwards most evenly. */
function chooseOrder(cells: readonly string[]): { readonly order: DateOrder; readonly proven: boolean } {
  const proven = findOrder(cells);
  if (proven !== undefined) return { order: proven, proven: true };
  if (cells.some(hasDots)) return { order: 'DAY_FIRST', proven: true };
  const [day, month] = (['DAY_FIRST', 'MONTH_FIRST'] as const).map((order) => {
    const instants = cells.map((cell) => parseInstant(cell, order)?.ms ?? Number.NaN);
    return instants.reduce((sum, ms, i) => sum + (i > 0 ? Math.abs(ms - (instants[i - 1] ?? ms)) : 0), 0);
  });
  const same = day === month;
  return { order: (day ?? 0) < (month ?? 0) ? 'DAY_FIRST' : 'MONTH_FIRST', proven: same };
}

function noteSkipped(
  columns: readonly Column[],
  taken: ReadonlySet<number | undefined>,
  notes: readonly string[],
): string[] {
  const skipped = columns.filter(({ numeric }, i) => !numeric && !taken.has(i));
  if (skipped.length === 0) return [...notes];
  const named = skipped.slice(0, 5).map(({ name }) => JSON.stringify(name.slice(0, 40)));
  const more = skipped.length > named.length ? ` and ${skipped.length - named.length} more` : '';
  return [...notes, `Columns without numbers were left out: ${named.join(', ')}${more}.`];
}
