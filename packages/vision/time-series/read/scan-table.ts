import { moduleBase64 } from '../../wasm/generated/table.ts';
import { type Kernels, loadKernels } from '../../wasm/index.ts';
import type { DecimalMark } from './parse-number.ts';

/** What to do with the cells of one column. */
export interface ColumnTask {
  readonly kind: 'SKIP' | 'NUMBER' | 'INSTANT';
  /** For cells that the fast paths cannot read. */
  readonly parse: (text: string) => number;
}

export interface ScanOptions {
  /** Where the first row begins. */
  readonly start: number;
  /** A space stands for any run of spaces. */
  readonly delimiter: string;
  readonly decimal: DecimalMark;
  readonly expectedRows: number;
  /** More rows end the scan by `onTooMany`, which must throw. */
  readonly mostRows: number;
  readonly onTooMany: () => never;
}

export interface TableScan {
  readonly rows: number;
  /** For each task its column, `rows` long; empty for SKIP. */
  readonly columns: readonly Float64Array[];
  /** Rows with fewer or more cells than tasks. */
  readonly ragged: number;
}

interface TableKernels {
  readonly scanTable: (
    start: number,
    end: number,
    separator: number,
    point: number,
    kinds: number,
    columns: number,
    mostRows: number,
    values: number,
    doubts: number,
    mostDoubts: number,
    report: number,
  ) => number;
}

const KINDS = { SKIP: 0, NUMBER: 1, INSTANT: 2 };
const NEWLINE = 10;
/** Text handed over at a time: it and its values stay in the cache. */
const CHUNK_BYTES = 131_072;
const CHUNK_VALUES = 32_768;
/** The kernel looks this far beyond a cell's beginning. */
const MARGIN_BYTES = 32;
const DOUBT_WORDS = 3;
const LONGEST_CELL = 100;

/**
 * Reads rows of text without quotes into columns. Numbers are those of `Number()`, bit for bit; instants are epoch ms.
 * @param bytes must end with a line feed
 */
export function scanTable(bytes: Uint8Array, tasks: readonly ColumnTask[], options: ScanOptions): TableScan {
  const { start, mostRows, onTooMany, delimiter } = options;
  const chunk = prepareChunk(tasks, options);
  const columns = tasks.map(
    ({ kind }) => new GrowingColumn(kind === 'SKIP' ? 0 : options.expectedRows, mostRows),
  );
  let rows = 0;
  let ragged = 0;
  for (let at = start; at < bytes.length; ) {
    const found = chunk.scan(bytes, at);
    if (rows + found.rows > mostRows) onTooMany();
    tasks.forEach(({ kind }, column) => {
      if (kind !== 'SKIP') columns[column]?.append(found.values(column), rows);
    });
    for (let i = 0; i < found.doubts.length; i += DOUBT_WORDS) {
      const [row = 0, column = 0, offset = 0] = found.doubts.subarray(i, i + DOUBT_WORDS);
      const text = cutCell(bytes, at + offset, delimiter.charCodeAt(0));
      columns[column]?.put(rows + row, tasks[column]?.parse(text) ?? Number.NaN);
    }
    rows += found.rows;
    ragged += found.ragged;
    at = found.end;
  }
  return { rows, columns: columns.map((column) => column.take(rows)), ragged };
}

class GrowingColumn {
  #values: Float64Array;
  readonly #most: number;

  constructor(expected: number, most: number) {
    this.#values = new Float64Array(expected);
    this.#most = most;
  }

  append(part: Float64Array, at: number): void {
    const needed = at + part.length;
    if (needed > this.#values.length) {
      const larger = new Float64Array(
        Math.max(needed, Math.min(this.#most, Math.ceil(this.#values.length * 1.5))),
      );
      larger.set(this.#values.subarray(0, at));
      this.#values = larger;
    }
    this.#values.set(part, at);
  }

  put(row: number, value: number): void {
    this.#values[row] = value;
  }

  take(rows: number): Float64Array {
    return this.#values.subarray(0, Math.min(rows, this.#values.length));
  }
}

function cutCell(bytes: Uint8Array, from: number, separator: number): string {
  let end = from;
  while (end < from + LONGEST_CELL && bytes[end] !== separator && bytes[end] !== NEWLINE) end += 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
}

interface ScannedChunk {
  readonly rows: number;
  readonly ragged: number;
  /** Views of the kernel's memory: to be used before the next chunk. */
  readonly values: (column: number) => Float64Array;
  readonly doubts: Uint32Array;
  readonly end: number;
}

function prepareChunk(tasks: readonly ColumnTask[], { delimiter, decimal }: ScanOptions) {
  const kernels = loadKernels<TableKernels>(moduleBase64);
  const { run, reserve } = kernels;
  const columns = tasks.length;
  const mostRows = Math.max(16, Math.floor(CHUNK_VALUES / columns));
  const mostDoubts = mostRows * columns;
  const kinds = reserve(columns);
  const values = reserve(mostRows * columns * 8);
  const doubts = reserve(mostDoubts * DOUBT_WORDS * 4);
  const report = reserve(16);
  let room = CHUNK_BYTES;
  let text = reserve(room + MARGIN_BYTES);
  kernels.bytes(kinds, columns).set(tasks.map(({ kind }) => KINDS[kind]));
  const scan = (bytes: Uint8Array, at: number): ScannedChunk => {
    let length = cutLines(bytes, at, room);
    if (length === 0) {
      // A line longer than the room.
      length = bytes.indexOf(NEWLINE, at + room) + 1 - at;
      room = length;
      text = reserve(room + MARGIN_BYTES);
    }
    kernels.bytes(text, length).set(bytes.subarray(at, at + length));
    const stop = run.scanTable(
      text,
      text + length,
      delimiter.charCodeAt(0),
      decimal.charCodeAt(0),
      kinds,
      columns,
      mostRows,
      values,
      doubts,
      mostDoubts,
      report,
    );
    const [rows = 0, ragged = 0, doubted = 0] = kernels.words(report, 3);
    return {
      rows,
      ragged,
      values: (column) => readDoubles(kernels, values + column * mostRows * 8, rows),
      doubts: kernels.words(doubts, doubted * DOUBT_WORDS),
      end: at + stop - text,
    };
  };
  return { scan };
}

function readDoubles({ bytes }: Kernels<TableKernels>, address: number, count: number): Float64Array {
  return new Float64Array(bytes(0, 0).buffer, address, count);
}

/** How many of at most `room` bytes are whole lines. */
function cutLines(bytes: Uint8Array, at: number, room: number): number {
  if (at + room >= bytes.length) return bytes.length - at;
  return Math.max(0, bytes.lastIndexOf(NEWLINE, at + room - 1) + 1 - at);
}
