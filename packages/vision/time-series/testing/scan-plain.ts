import type { ColumnTask, ScanOptions, TableScan } from '../read/scan-table.ts';
import { findDay } from '../time/parse-instant.ts';
import { divideDigits, EXACT_DIGITS, POWERS } from './divide-digits.ts';

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const HASH = 35;
const PLUS = 43;
const MINUS = 45;
const COLON = 58;
const LETTER_E = 101;
const SKIP = 0;
const NUMBER = 1;

/** Where the last cell ended: its delimiter or line end. One cell is read at a time. */
let cursor = 0;

/**
 * The kernel's twin in plain code. Numbers are those of `Number()`, bit for bit.
 * @param bytes must end with a line feed
 * @param mostRows more rows end the scan by `onTooMany`, which must throw
 */
export function scanPlainly(
  bytes: Uint8Array,
  tasks: readonly ColumnTask[],
  { start, delimiter, decimal, expectedRows, mostRows, onTooMany }: ScanOptions,
): TableScan {
  const separator = delimiter.charCodeAt(0);
  const point = decimal.charCodeAt(0);
  const kinds = Uint8Array.from(tasks, ({ kind }) => ({ SKIP: 0, NUMBER: 1, INSTANT: 2 })[kind]);
  const readDay = makeDayReader();
  let room = Math.max(16, expectedRows);
  let columns: Float64Array[] = tasks.map(({ kind }) => new Float64Array(kind === 'SKIP' ? 0 : room));
  let rows = 0;
  let ragged = 0;
  let at = start;
  const end = bytes.length;
  while (at < end) {
    const head = bytes[at];
    if (head === NEWLINE || head === RETURN) {
      at += 1;
      continue;
    }
    if (head === HASH) {
      at = skipTo(bytes, at, NEWLINE) + 1;
      continue;
    }
    if (rows === room) {
      if (rows >= mostRows) onTooMany();
      room = Math.min(mostRows, Math.ceil(room * 1.5));
      columns = columns.map((column) => grow(column, room));
    }
    let column = 0;
    let more = true;
    for (; more && column < kinds.length; column++) {
      const kind = kinds[column];
      if (separator === SPACE) while (bytes[at] === SPACE) at += 1;
      if (kind === SKIP) cursor = skipCell(bytes, at, separator);
      else {
        const target = columns[column] as Float64Array;
        const task = tasks[column] as ColumnTask;
        target[rows] =
          kind === NUMBER
            ? readNumber(bytes, at, separator, point, task)
            : readInstant(bytes, at, separator, readDay, task);
      }
      at = cursor + 1;
      more = bytes[cursor] === separator;
    }
    if (column < kinds.length) {
      ragged += 1;
      for (; column < kinds.length; column++)
        if (kinds[column] !== SKIP) (columns[column] as Float64Array)[rows] = Number.NaN;
    } else if (more) {
      // Cells beyond the table's columns; spaces at the end of a line are none.
      at = skipTo(bytes, cursor, NEWLINE) + 1;
      if (separator !== SPACE) ragged += 1;
    }
    rows += 1;
  }
  return {
    rows,
    columns: columns.map((column) => column.subarray(0, column.length === 0 ? 0 : rows)),
    ragged,
  };
}

function grow(column: Float64Array, room: number): Float64Array {
  if (column.length === 0) return column;
  const larger = new Float64Array(room);
  larger.set(column);
  return larger;
}

function skipTo(bytes: Uint8Array, from: number, byte: number): number {
  let at = from;
  while (bytes[at] !== byte) at += 1;
  return at;
}

/** The delimiter or line end that ends the cell; carriage returns belong to line ends. */
function skipCell(bytes: Uint8Array, from: number, separator: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte === separator || byte === NEWLINE) return at;
    at += 1;
  }
}

function readOther(bytes: Uint8Array, from: number, separator: number, task: ColumnTask): number {
  cursor = skipCell(bytes, from, separator);
  return task.parse(String.fromCharCode(...bytes.subarray(from, Math.min(cursor, from + 100))));
}

/** Digits, at most one decimal mark among them, an exponent: the common cells. Others are read as text. */
function readNumber(
  bytes: Uint8Array,
  from: number,
  separator: number,
  point: number,
  task: ColumnTask,
): number {
  let at = from;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at += 1;
  const digitsAt = at;
  let value = 0;
  let digit = (bytes[at] as number) ^ 48;
  while (digit <= 9) {
    value = value * 10 + digit;
    at += 1;
    digit = (bytes[at] as number) ^ 48;
  }
  let count = at - digitsAt;
  let decimals = 0;
  if (bytes[at] === point && point !== separator) {
    at += 1;
    const decimalsAt = at;
    digit = (bytes[at] as number) ^ 48;
    while (digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = (bytes[at] as number) ^ 48;
    }
    decimals = at - decimalsAt;
    count += decimals;
  }
  if (count === 0) return readOther(bytes, from, separator, task);
  if (count <= EXACT_DIGITS) value = value / (POWERS[decimals] as number);
  else {
    const long = readLong(bytes, digitsAt, at, decimals);
    if (long === undefined) return readOther(bytes, from, separator, task);
    value = long;
  }
  let next = bytes[at] as number;
  if ((next | 32) === LETTER_E) {
    const scaled = readExponent(bytes, at + 1, count, digitsAt, decimals);
    if (scaled === undefined) return readOther(bytes, from, separator, task);
    value = scaled;
    at = cursor;
    next = bytes[at] as number;
  }
  if (next === RETURN) {
    at += 1;
    next = bytes[at] as number;
  }
  if (next !== separator && next !== NEWLINE) return readOther(bytes, from, separator, task);
  cursor = at;
  return sign === MINUS ? -value : value;
}

/** 16 digits and more: leading zeros do not count, and what one division cannot settle is left to `Number()`. */
function readLong(bytes: Uint8Array, from: number, end: number, decimals: number): number | undefined {
  let high = 0;
  let rest = 0;
  let significant = 0;
  for (let at = from; at < end; at++) {
    const digit = (bytes[at] as number) ^ 48;
    if (digit > 9 || (significant === 0 && digit === 0)) continue;
    significant += 1;
    if (significant <= EXACT_DIGITS) high = high * 10 + digit;
    else rest = rest * 10 + digit;
  }
  if (decimals > 22) return undefined;
  const restCount = significant - EXACT_DIGITS;
  // Nothing is divided: even the middle between two doubles is no doubt.
  if (decimals === 0 && restCount > 0 && significant <= 19)
    return Number(BigInt(high) * 10n ** BigInt(restCount) + BigInt(rest));
  if (significant <= EXACT_DIGITS) return high / (POWERS[decimals] as number);
  return divideDigits(high, rest, restCount, decimals);
}

/** Exact when both the digits and the power of ten are (Clinger 1990); `undefined` otherwise. */
function readExponent(
  bytes: Uint8Array,
  from: number,
  count: number,
  digitsAt: number,
  decimals: number,
): number | undefined {
  if (count > EXACT_DIGITS) return undefined;
  let at = from;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at += 1;
  const exponentAt = at;
  let exponent = 0;
  let digit = (bytes[at] as number) ^ 48;
  while (digit <= 9 && at < exponentAt + 4) {
    exponent = exponent * 10 + digit;
    at += 1;
    digit = (bytes[at] as number) ^ 48;
  }
  if (at === exponentAt) return undefined;
  cursor = at;
  const power = (sign === MINUS ? -exponent : exponent) - decimals;
  if (power < -22 || power > 22) return undefined;
  const digits = readDigits(bytes, digitsAt, count);
  return power < 0 ? digits / (POWERS[-power] as number) : digits * (POWERS[power] as number);
}

function readDigits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from, left = count; left > 0; at++) {
    const digit = (bytes[at] as number) ^ 48;
    if (digit > 9) continue;
    value = value * 10 + digit;
    left -= 1;
  }
  return value;
}

/** Midnights by year, month and day; rows of one day are read together. */
function makeDayReader(): (year: number, month: number, day: number) => number {
  let known = -1;
  let midnight = Number.NaN;
  return (year, month, day) => {
    const key = (year * 16 + month) * 32 + day;
    if (key !== known) {
      known = key;
      midnight = findDay(year, month, day) ?? Number.NaN;
    }
    return midnight;
  };
}

/** `2014-04-01` or `2014-04-01 00:05`, `:00` and `.123` and `Z` after it when present. Others are read as text. */
function readInstant(
  bytes: Uint8Array,
  from: number,
  separator: number,
  readDay: (year: number, month: number, day: number) => number,
  task: ColumnTask,
): number {
  if (bytes[from + 4] !== MINUS || bytes[from + 7] !== MINUS) return readOther(bytes, from, separator, task);
  const year = readPair(bytes, from) * 100 + readPair(bytes, from + 2);
  const month = readPair(bytes, from + 5);
  const day = readPair(bytes, from + 8);
  if (!(year > 0 && month + day >= 0) || month > 12 || day > 31)
    return readOther(bytes, from, separator, task);
  let ms = readDay(year, month, day);
  let at = from + 10;
  if (bytes[at + 3] === COLON && (bytes[at] === SPACE || bytes[at] === 84) && bytes[at] !== separator) {
    const hours = readPair(bytes, at + 1);
    const minutes = readPair(bytes, at + 4);
    at += 6;
    let seconds = 0;
    if (bytes[at] === COLON) {
      seconds = readPair(bytes, at + 1);
      at += 3;
    }
    if (!(hours + minutes + seconds >= 0) || hours > 23 || minutes > 59 || seconds > 59) {
      return readOther(bytes, from, separator, task);
    }
    ms += ((hours * 60 + minutes) * 60 + seconds) * 1000;
    if (bytes[at] === 46) {
      const fractionAt = at + 1;
      let fraction = 0;
      let digit = (bytes[fractionAt] as number) ^ 48;
      for (at = fractionAt; digit <= 9 && at < fractionAt + 9; digit = (bytes[at] as number) ^ 48) {
        fraction = fraction * 10 + digit;
        at += 1;
      }
      ms += (fraction / (POWERS[at - fractionAt] as number)) * 1000;
    }
    if (bytes[at] === 90) at += 1;
  }
  if (bytes[at] === RETURN) at += 1;
  if ((bytes[at] !== separator && bytes[at] !== NEWLINE) || Number.isNaN(ms)) {
    return readOther(bytes, from, separator, task);
  }
  cursor = at;
  return ms;
}

/** Two digits, or NaN. */
function readPair(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) ^ 48;
  const ones = (bytes[at + 1] as number) ^ 48;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
