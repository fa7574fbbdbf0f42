import type { Limits } from '../../limits.ts';
import { assertWithinLimits, rejectCorrupt, rejectNothing } from '../reject.ts';
import type { Series } from '../series.ts';
import { decodeText } from './decode-text.ts';
import { type RawColumn, readColumns } from './read-columns.ts';

/** Objects within objects that are searched for a table. */
const MOST_DEPTH = 4;
const NEWLINE = 10;

/**
 * JSON (RFC 8259) that holds a table: an array of numbers, of rows (arrays or objects), or an object of columns; also
 * inside an object, where the longest one is taken.
 * @throws RejectedError CORRUPT_SERIES, NO_VALUES, TOO_MANY_CHANNELS, TOO_MANY_POINTS
 */
export function readJson(bytes: Uint8Array, limits: Limits): Series {
  const value = parse(writeText(decodeText(bytes)), 'The JSON cannot be parsed.');
  const found = findTable(value, limits, MOST_DEPTH);
  if (found === undefined)
    throw rejectNothing('The JSON has no table: no array of numbers, of rows or of columns.');
  const title = isObject(value) && typeof value.title === 'string' ? value.title : undefined;
  return readColumns(found, limits, title);
}

/**
 * A row a line: numbers, arrays or objects. A last line that is cut off is left out.
 * @throws RejectedError as `readJson`
 */
export function readJsonLines(bytes: Uint8Array, limits: Limits): Series {
  const text = decodeText(bytes);
  const rows: unknown[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(NEWLINE, at);
    const line = writeText(text.subarray(at, end)).trim();
    at = end + 1;
    if (line === '') continue;
    assertWithinLimits(rows.length + 1, 1, limits);
    const last = at >= text.length;
    const row = parse(line, `Line ${rows.length + 1} of the JSON cannot be parsed.`, last && rows.length > 0);
    if (row !== undefined) rows.push(row);
  }
  const found = findTable(rows, limits, 1);
  if (found === undefined) throw rejectNothing('The lines are no rows of a table.');
  return readColumns(found, limits);
}

function writeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function parse(text: string, complaint: string, mayFail: boolean = false): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (mayFail) return undefined;
    // Python writes these words, which JSON lacks.
    const strict = text.replaceAll(/(?<=[[,:\s])-?(?:NaN|Infinity)(?=\s*[,\]}])/g, 'null');
    if (strict !== text) return parse(strict, complaint);
    throw rejectCorrupt(complaint, error);
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findTable(value: unknown, limits: Limits, depth: number): RawColumn[] | undefined {
  if (Array.isArray(value)) return findRows(value, limits);
  if (!isObject(value) || depth === 0) return undefined;
  const values = Object.values(value);
  if (Array.isArray(value.columns) && Array.isArray(value.data)) {
    // The names apart from the rows, as `DataFrame.to_json(orient="split")` writes them.
    return findRows([value.columns.map(String), ...value.data], limits);
  }
  const arrays = Object.entries(value).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  const longest = arrays.reduce((most, [, { length }]) => Math.max(most, length), 0);
  const columns = arrays.filter(
    ([, cells]) => cells.length === longest && cells.every((cell) => !isNested(cell)),
  );
  if (columns.length > 0) {
    assertWithinLimits(longest, 1, limits);
    return columns.map(([name, cells]) => ({ name, cells }));
  }
  const inner = values
    .map((child) => findTable(child, limits, depth - 1))
    .filter((table) => table !== undefined);
  return inner.toSorted((a, b) => countCells(b) - countCells(a))[0];
}

function countCells(table: readonly RawColumn[]): number {
  return table.length * (table[0]?.cells.length ?? 0);
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function findRows(rows: readonly unknown[], limits: Limits): RawColumn[] | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  if (Array.isArray(first)) return findArrays(rows, limits);
  if (isObject(first)) return findObjects(rows, limits);
  return rows.every((row) => !isNested(row)) ? [{ name: 'value', cells: rows }] : undefined;
}

function findArrays(rows: readonly unknown[], limits: Limits): RawColumn[] {
  const arrays = rows.map((row) => (Array.isArray(row) ? row : []));
  const width = arrays.reduce((most, { length }) => Math.max(most, length), 0);
  assertFits(rows.length, width, limits);
  const [first = []] = arrays;
  const named =
    first.every((cell) => typeof cell === 'string' && Number.isNaN(Number(cell))) && arrays.length > 1;
  const body = named ? arrays.slice(1) : arrays;
  return Array.from({ length: width }, (_, column) => ({
    name: named ? String(first[column] ?? '') : '',
    cells: body.map((row) => row[column]),
  }));
}

/** Objects one level deep become columns named `outer.inner`. */
function findObjects(rows: readonly unknown[], limits: Limits): RawColumn[] {
  const columns = new Map<string, unknown[]>();
  const put = (name: string, row: number, cell: unknown) => {
    let cells = columns.get(name);
    if (cells === undefined) {
      assertFits(rows.length, columns.size + 1, limits);
      cells = new Array<unknown>(rows.length).fill(null);
      columns.set(name, cells);
    }
    cells[row] = cell;
  };
  rows.forEach((object, row) => {
    if (!isObject(object)) return;
    for (const [name, cell] of Object.entries(object)) {
      if (isObject(cell))
        for (const [inner, value] of Object.entries(cell)) put(`${name}.${inner}`, row, value);
      else put(name, row, cell);
    }
  });
  return Array.from(columns, ([name, cells]) => ({ name, cells }));
}

/** Columns of words are no channels, so there may be some more columns than channels. */
function assertFits(rows: number, columns: number, limits: Limits): void {
  assertWithinLimits(rows, columns, { ...limits, maxChannels: 4 * limits.maxChannels + 16 });
}
