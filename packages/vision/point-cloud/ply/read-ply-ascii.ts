import { rejectCloud } from '../reject.ts';
import { readLines } from '../text/read-lines.ts';
import type { VertexLayout } from './ply-columns.ts';
import type { PlyElement } from './read-ply-header.ts';

const NEWLINE = 0x0a;

/** Reads vertices, one per line, into `columns` (by property, less the returned offsets). */
export function readAsciiVertices(
  bytes: Uint8Array,
  element: PlyElement,
  layout: VertexLayout,
  columns: readonly (Float32Array | undefined)[],
  start: number,
): { readonly end: number; readonly offsets: readonly number[] } {
  const { count, properties } = element;
  if (properties.some(({ countType }) => countType !== undefined)) {
    return { end: readListVertices(bytes, element, columns, start), offsets: properties.map(() => 0) };
  }
  const positions: readonly number[] = layout.position;
  const offsets = properties.map(() => 0);
  const read = readLines(
    'PLY',
    bytes,
    { start, columns: properties.length, maxRows: count },
    ({ values, pitch, first, rows }) => {
      for (const [index, column] of columns.entries()) {
        if (column === undefined) continue;
        const base = index * pitch;
        if (first === 0 && positions.includes(index)) offsets[index] = findFirstNumber(values, base, rows);
        const offset = offsets[index] ?? 0;
        for (let row = 0; row < rows; row++) column[first + row] = (values[base + row] ?? 0) - offset;
      }
    },
  );
  if (read.rows < count || read.shortRows > 0) throw rejectShort(element, read.rows);
  return { end: read.end, offsets };
}

/** Reads each face of an element and hands over the list of the property number `listIndex`. */
export function readAsciiFaces(
  bytes: Uint8Array,
  element: PlyElement,
  listIndex: number,
  start: number,
  take: (length: number, read: (index: number) => number) => void,
): number {
  let at = start;
  for (let record = 0; record < element.count; record++) {
    const line = nextLine(bytes, at, element, record);
    at = line.end;
    walkLine(line.words, element, (index, first, length) => {
      if (index === listIndex) take(length, (item) => Number(line.words[first + item]));
    });
  }
  return at;
}

/** The offset after the lines of an element. */
export function skipAsciiElement(bytes: Uint8Array, element: PlyElement, start: number): number {
  let at = start;
  for (let record = 0; record < element.count; record++) at = nextLine(bytes, at, element, record).end;
  return at;
}

function readListVertices(
  bytes: Uint8Array,
  element: PlyElement,
  columns: readonly (Float32Array | undefined)[],
  start: number,
): number {
  let at = start;
  for (let record = 0; record < element.count; record++) {
    const line = nextLine(bytes, at, element, record);
    at = line.end;
    walkLine(line.words, element, (index, first) => {
      const column = columns[index];
      if (column !== undefined) column[record] = Number(line.words[first]);
    });
  }
  return at;
}

function walkLine(
  words: readonly string[],
  element: PlyElement,
  take: (index: number, first: number, length: number) => void,
): void {
  let word = 0;
  for (const [index, { countType }] of element.properties.entries()) {
    const length = countType === undefined ? 1 : Number(words[word++]);
    if (!(length >= 0 && word + length <= words.length)) throw rejectShort(element, 0);
    take(index, word, length);
    word += length;
  }
}

function nextLine(
  bytes: Uint8Array,
  start: number,
  element: PlyElement,
  record: number,
): { readonly words: readonly string[]; readonly end: number } {
  for (let at = start; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline + 1;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at)
      .toString('latin1')
      .trim();
    if (text !== '') return { words: text.split(/\s+/), end };
    at = end;
  }
  throw rejectShort(element, record);
}

function findFirstNumber(values: Float64Array, base: number, rows: number): number {
  return values.subarray(base, base + rows).find(Number.isFinite) ?? 0;
}

function rejectShort({ name, count }: PlyElement, record: number): Error {
  return rejectCloud('PLY', `element ${name.slice(0, 40)} has too few values`, {
    expectedRows: count,
    row: record,
  });
}
