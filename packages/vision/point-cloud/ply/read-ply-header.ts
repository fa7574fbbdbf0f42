import { rejectCloud, rejectVariant } from '../reject.ts';
import { SCALAR_BYTES, type Scalar } from '../scalar.ts';

export interface PlyProperty {
  readonly name: string;
  readonly type: Scalar;
  /** Type of the length that precedes a list; a single value has none. */
  readonly countType?: Scalar;
}

export interface PlyElement {
  readonly name: string;
  readonly count: number;
  readonly properties: readonly PlyProperty[];
}

export interface PlyHeader {
  readonly encoding: 'ascii' | 'binary_little_endian' | 'binary_big_endian';
  readonly elements: readonly PlyElement[];
  /** Offset of the first byte after the header. */
  readonly bodyStart: number;
  /** Text whose lines end by a carriage return alone, as old programs write it. */
  readonly endsLinesByReturn: boolean;
}

const HEADER_BYTES = 65_536;
const MAX_PROPERTIES = 256;
const ENCODINGS = ['ascii', 'binary_little_endian', 'binary_big_endian'] as const;
const TYPES: Readonly<Record<string, Scalar>> = {
  char: 'int8',
  int8: 'int8',
  uchar: 'uint8',
  uint8: 'uint8',
  short: 'int16',
  int16: 'int16',
  ushort: 'uint16',
  uint16: 'uint16',
  int: 'int32',
  int32: 'int32',
  uint: 'uint32',
  uint32: 'uint32',
  float: 'float32',
  float32: 'float32',
  double: 'float64',
  float64: 'float64',
};

/**
 * The header of a PLY file (G. Turk, "The PLY Polygon File Format", 1994).
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT
 */
export function readPlyHeader(bytes: Uint8Array): PlyHeader {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEADER_BYTES)).toString(
    'latin1',
  );
  const end = /^end_header[ \t]*(?:\r\n|\n|\r(?!\n))/m.exec(text);
  if (end === null) throw rejectCloud('PLY', `its header has no end in the first ${HEADER_BYTES} bytes`);
  const lines = text.slice(0, end.index).split(/\r\n|\n|\r/);
  const elements: { name: string; count: number; properties: PlyProperty[] }[] = [];
  let encoding: PlyHeader['encoding'] | undefined;
  for (const line of lines.slice(1)) {
    const words = line.trim().split(/\s+/);
    const [keyword] = words;
    if (keyword === 'format') {
      encoding = ENCODINGS.find((name) => name === words[1]);
    } else if (keyword === 'element') {
      elements.push({ name: words[1] ?? '', count: parseCount(words[2], line), properties: [] });
    } else if (keyword === 'property') {
      const properties = elements.at(-1)?.properties;
      if (properties === undefined) throw rejectCloud('PLY', 'a property comes before any element');
      if (properties.length === MAX_PROPERTIES) {
        throw rejectVariant('PLY', `More than ${MAX_PROPERTIES} properties of one element`);
      }
      properties.push(parseProperty(words, line));
    } else if (keyword !== 'comment' && keyword !== 'obj_info' && keyword !== '') {
      throw rejectCloud('PLY', 'its header has an unknown line', { line: line.slice(0, 100) });
    }
  }
  if (encoding === undefined) throw rejectCloud('PLY', 'its header names no known format');
  const endsLinesByReturn = encoding === 'ascii' && end[0].endsWith('\r');
  return { encoding, elements, bodyStart: end.index + end[0].length, endsLinesByReturn };
}

/** Bytes of one record; a list counts with its length alone, the least that it takes. */
export function measureRecord(properties: readonly PlyProperty[]): number {
  return properties.reduce((sum, { type, countType }) => sum + SCALAR_BYTES[countType ?? type], 0);
}

function parseCount(word: string | undefined, line: string): number {
  const count = word !== undefined && /^\d{1,12}$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isNaN(count)) throw rejectCloud('PLY', 'an element has no count', { line: line.slice(0, 100) });
  return count;
}

function parseProperty(words: readonly string[], line: string): PlyProperty {
  const isList = words[1] === 'list';
  const type = TYPES[words[isList ? 3 : 1] ?? ''];
  const countType = isList ? TYPES[words[2] ?? ''] : undefined;
  const name = words[isList ? 4 : 2];
  const isCountWhole = countType === undefined || !countType.startsWith('float');
  if (type === undefined || name === undefined || (isList && countType === undefined) || !isCountWhole) {
    throw rejectCloud('PLY', 'a property is of no known type', { line: line.slice(0, 100) });
  }
  return countType === undefined ? { name, type } : { name, type, countType };
}
