import { rejectCloud, rejectVariant } from '../reject.ts';
import type { Scalar } from '../scalar.ts';

export interface PcdField {
  readonly name: string;
  readonly type: Scalar;
  /** Values of this field per point, 1 or more. */
  readonly count: number;
  /** Offset in a point's record, in bytes, and in a point's row, in values. */
  readonly byte: number;
  readonly column: number;
}

export interface PcdHeader {
  readonly fields: readonly PcdField[];
  /** Bytes and values per point. */
  readonly recordBytes: number;
  readonly columns: number;
  readonly points: number;
  readonly data: 'ascii' | 'binary' | 'binary_compressed';
  readonly bodyStart: number;
}

const HEADER_BYTES = 65_536;
const MAX_COLUMNS = 1024;
const DATA = ['ascii', 'binary', 'binary_compressed'] as const;
const TYPES: Readonly<Record<string, Scalar>> = {
  F4: 'float32',
  F8: 'float64',
  I1: 'int8',
  I2: 'int16',
  I4: 'int32',
  I8: 'int64',
  U1: 'uint8',
  U2: 'uint16',
  U4: 'uint32',
  U8: 'uint64',
};

/**
 * The header of a PCD file (Point Cloud Library, "The PCD file format", versions 0.5 to 0.7).
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT
 */
export function readPcdHeader(bytes: Uint8Array): PcdHeader {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEADER_BYTES)).toString(
    'latin1',
  );
  const dataLine = /^DATA[ \t]+(\S+)[ \t]*\r?\n/m.exec(text);
  if (dataLine === null)
    throw rejectCloud('PCD', `its header has no DATA line in the first ${HEADER_BYTES} bytes`);
  const entries = readEntries(text.slice(0, dataLine.index));
  const data = DATA.find((name) => name === dataLine[1]);
  if (data === undefined) throw rejectVariant('PCD', `Data stored as ${(dataLine[1] ?? '').slice(0, 40)}`);
  const fields = readFields(entries);
  const last = fields.at(-1);
  const width = parseWhole(entries, 'WIDTH');
  const height = parseWhole(entries, 'HEIGHT') ?? 1;
  const points = parseWhole(entries, 'POINTS') ?? (width ?? 0) * height;
  if (width !== undefined && width * height !== points) {
    throw rejectCloud('PCD', `it states ${points} points but ${width} by ${height} of them`);
  }
  return {
    fields,
    recordBytes: last === undefined ? 0 : last.byte + last.count * sizeOf(last.type),
    columns: last === undefined ? 0 : last.column + last.count,
    points,
    data,
    bodyStart: dataLine.index + dataLine[0].length,
  };
}

function readEntries(text: string): ReadonlyMap<string, readonly string[]> {
  const entries = new Map<string, readonly string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [keyword = '', ...words] = line.trim().split(/\s+/);
    if (!keyword.startsWith('#') && keyword !== '') entries.set(keyword, words);
  }
  return entries;
}

function readFields(entries: ReadonlyMap<string, readonly string[]>): readonly PcdField[] {
  const names = entries.get('FIELDS') ?? entries.get('COLUMNS') ?? [];
  const sizes = entries.get('SIZE') ?? names.map(() => '4');
  const types = entries.get('TYPE') ?? names.map(() => 'F');
  const counts = entries.get('COUNT') ?? names.map(() => '1');
  if ([sizes, types, counts].some((words) => words.length !== names.length)) {
    throw rejectCloud('PCD', 'FIELDS, SIZE, TYPE and COUNT are not equally long');
  }
  let byte = 0;
  let column = 0;
  return names.map((name, index) => {
    const kind = `${types[index]}${sizes[index]}`;
    const type = TYPES[kind];
    const word = counts[index] ?? '';
    const count = /^\d{1,4}$/.test(word) ? Number(word) : 0;
    if (type === undefined || count === 0) {
      throw rejectCloud('PCD', `field ${index + 1} is of no known type`, { type: kind.slice(0, 20), count });
    }
    const field = { name, type, count, byte, column };
    byte += count * sizeOf(type);
    column += count;
    if (column > MAX_COLUMNS) throw rejectVariant('PCD', `More than ${MAX_COLUMNS} values per point`);
    return field;
  });
}

function parseWhole(entries: ReadonlyMap<string, readonly string[]>, keyword: string): number | undefined {
  const words = entries.get(keyword);
  if (words === undefined) return undefined;
  const [word = ''] = words;
  if (!/^\d{1,12}$/.test(word)) throw rejectCloud('PCD', `${keyword} is not a whole number`);
  return Number(word);
}

function sizeOf(type: Scalar): number {
  return Number(/\d+/.exec(type)?.[0]) / 8;
}
