import { parseInstant } from '../time/parse-instant.ts';
import { type DecimalMark, parseCell } from './parse-number.ts';

/** How a text file lays out its table. */
export interface Dialect {
  /** A space stands for any run of spaces. */
  readonly delimiter: ',' | ';' | '\t' | '|' | ' ';
  readonly decimal: DecimalMark;
  /** Names of the columns, empty strings without a header. */
  readonly names: readonly string[];
  /** Units of the columns, when a line of them follows the names. */
  readonly units?: readonly string[];
  /** Lines before the first row of values: comments, titles, header. */
  readonly skipLines: number;
  /** Rows of values of the text that was looked at, in cells. */
  readonly rows: readonly (readonly string[])[];
}

const DELIMITERS = ['\t', ';', ',', '|', ' '] as const;
/** Numbers whose comma, or point, can only be that of decimals: it is the only mark, or comes after those of thousands. */
const COMMA = /^\s*[+-]?(?:\d*|\d{1,3}(?:[. \u00a0\u202f'’]\d{3})+),\d+(?:[eE][+-]?\d+)?\s*%?\s*$/;
const POINT = /^\s*[+-]?(?:\d*|\d{1,3}(?:[,'’]\d{3})+)\.\d+(?:[eE][+-]?\d+)?\s*%?\s*$/;
/** A preamble of a logger or a spreadsheet. */
const MOST_PREAMBLE_LINES = 60;
const LONGEST_UNIT = 12;
/** Rows that must agree with the first, of those looked at. */
const MOSTLY = 0.8;

/**
 * Finds the table in the first lines of a text: the delimiter with which most lines have equally many cells, numbers
 * among them. `undefined` when the lines are no table with numbers.
 * @param lines without line ends; a last line that may be cut must not be among them
 */
export function sniffDialect(lines: readonly string[]): Dialect | undefined {
  let best: { readonly dialect: Dialect; readonly score: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const found = layOutTable(lines, delimiter);
    if (found === undefined || (best !== undefined && found.score <= best.score)) continue;
    best = found;
  }
  return best?.dialect;
}

/** The cells of a line; quotes around a cell are taken off, doubled ones inside are one. */
function splitLine(line: string, delimiter: Dialect['delimiter']): string[] {
  if (delimiter === ' ') return line.trim().split(/ +/);
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    if (quoted && character === '"' && line[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (character === '"' && (quoted || cell.trim() === '')) {
      quoted = !quoted;
      if (quoted) cell = '';
    } else if (character === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...cells, cell];
}

function layOutTable(
  lines: readonly string[],
  delimiter: Dialect['delimiter'],
): { readonly dialect: Dialect; readonly score: number } | undefined {
  const table = lines.map((line) => (isSilent(line) ? [] : splitLine(line, delimiter)));
  const count = findUsualCount(table);
  if (count === 0 || (delimiter !== ',' && count === 1)) return undefined;
  const full = table.flatMap((cells, i) => (cells.length === count ? [i] : []));
  const decimal = findDecimal(
    full.map((i) => table[i] ?? []),
    delimiter,
  );
  const isData = (i: number) =>
    (table[i] ?? []).some((cell) => isPlainNumber(cell, decimal) || parseInstant(cell) !== undefined);
  // A header may name its columns by numbers or dates only by accident: the first line is data when the next is alike.
  const start = full.find((i) => isData(i));
  if (start === undefined || start > MOST_PREAMBLE_LINES) return undefined;
  const rows = table.slice(start).filter((cells) => cells.length > 0);
  const alike = rows.filter((cells) => cells.length === count);
  if (alike.length < rows.length * MOSTLY) return undefined;
  const numbers = Array.from(
    { length: count },
    (_, column) => alike.filter((row) => isNumber(row[column] ?? '', decimal)).length,
  );
  if (!numbers.some((some) => some >= alike.length * 0.1 && some > 0)) return undefined;
  // Words between spaces are prose, or a format of its own.
  if (delimiter === ' ' && !alike.every((row) => row.every((cell) => isValue(cell, decimal))))
    return undefined;
  const header = findHeader(table, start, count, decimal);
  const dialect = { delimiter, decimal, skipLines: start, rows: alike, ...header };
  const regularity = alike.length / rows.length;
  const width = Math.min(1, (count - 1) / 4) * 0.5 + (count > 1 ? 1 : 0);
  return { dialect, score: regularity + width + measureValues(alike, decimal) };
}

/** The part of the cells that are numbers, times, or empty: a comma within numbers leaves halves with semicolons between. */
function measureValues(rows: readonly (readonly string[])[], decimal: DecimalMark): number {
  const cells = rows.flat();
  return cells.filter((cell) => isValue(cell, decimal)).length / cells.length;
}

function isSilent(line: string): boolean {
  return line.trim() === '' || line.startsWith('#') || line.startsWith('%') || line.startsWith('//');
}

function isNumber(cell: string, decimal: DecimalMark): boolean {
  const value = parseCell(cell, decimal);
  return value !== undefined && !Number.isNaN(value);
}

/** A name can be `90%`. */
function isPlainNumber(cell: string, decimal: DecimalMark): boolean {
  return !cell.includes('%') && isNumber(cell, decimal);
}

function isValue(cell: string, decimal: DecimalMark): boolean {
  return parseCell(cell, decimal) !== undefined || parseInstant(cell) !== undefined;
}

/** The number of cells that most lines have. */
function findUsualCount(table: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of table) if (length > 0) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}

function findDecimal(rows: readonly (readonly string[])[], delimiter: Dialect['delimiter']): DecimalMark {
  if (delimiter === ',') return '.';
  const cells = rows.flat();
  const commas = cells.filter((cell) => COMMA.test(cell)).length;
  const points = cells.filter((cell) => POINT.test(cell)).length;
  return commas > points ? ',' : '.';
}

/** The line of names before the first row, and a line of units between them. A commented header counts. */
function findHeader(
  table: readonly (readonly string[])[],
  start: number,
  count: number,
  decimal: DecimalMark,
): Pick<Dialect, 'names' | 'units'> {
  const names = (cells: readonly string[] | undefined) =>
    cells !== undefined && cells.length === count && cells.every((cell) => !isPlainNumber(cell, decimal))
      ? cells.map((cell) => cell.trim())
      : undefined;
  const last = names(table[start - 1]);
  const before = names(table[start - 2]);
  if (last === undefined) return { names: Array.from({ length: count }, () => '') };
  const areUnits = before !== undefined && last.every((cell) => cell.length <= LONGEST_UNIT);
  return areUnits ? { names: before, units: last } : { names: last };
}
