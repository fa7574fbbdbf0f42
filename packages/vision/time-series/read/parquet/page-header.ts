/** What the header of a page says (Apache Parquet format, `parquet.thrift`, PageHeader). */
export interface PageHeader {
  readonly type: 'DATA' | 'DATA_V2' | 'DICTIONARY' | 'OTHER';
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  readonly values: number;
  readonly encoding: number;
  /** Bytes of the levels of a DATA_V2 page, which are never packed. */
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isPacked: boolean;
  /** Where the page's content begins. */
  readonly end: number;
}

/** Numbers and truth values of a Thrift struct by field id; structs as their own maps; the rest is passed over. */
type Fields = Map<number, number | Fields>;

const MOST_DEPTH = 8;
const TYPES = ['DATA', 'OTHER', 'DICTIONARY', 'DATA_V2'] as const;

/** @throws RangeError when the bytes end within it */
export function readPageHeader(bytes: Uint8Array, at: number): PageHeader {
  const reader = { bytes, at };
  const fields = readStruct(reader, 0);
  const type = TYPES[readField(fields, 1)] ?? 'OTHER';
  const inner = fields.get({ DATA: 5, DICTIONARY: 7, DATA_V2: 8, OTHER: 6 }[type]);
  const details: Fields = inner instanceof Map ? inner : new Map();
  const isPacked = details.get(7);
  return {
    type,
    unpackedBytes: readField(fields, 2),
    packedBytes: readField(fields, 3),
    values: readField(details, 1),
    encoding: readField(details, type === 'DATA_V2' ? 4 : 2),
    definitionBytes: type === 'DATA_V2' ? readField(details, 5) : 0,
    repetitionBytes: type === 'DATA_V2' ? readField(details, 6) : 0,
    isPacked: isPacked !== 0,
    end: reader.at,
  };
}

function readField(fields: Fields, id: number): number {
  const value = fields.get(id);
  return typeof value === 'number' ? value : 0;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** Thrift's compact protocol: a field is its distance from the last id and its type, then the value. */
function readStruct(reader: Reader, depth: number): Fields {
  if (depth > MOST_DEPTH) throw new RangeError('The page header is nested too deeply.');
  const fields: Fields = new Map();
  let id = 0;
  for (;;) {
    const head = readByte(reader);
    if (head === 0) return fields;
    id = head >> 4 === 0 ? readZigzag(reader) : id + (head >> 4);
    const value = readValue(reader, head & 15, depth);
    if (value !== undefined) fields.set(id, value);
  }
}

function readValue(reader: Reader, type: number, depth: number): number | Fields | undefined {
  switch (type) {
    case 1:
      return 1;
    case 2:
      return 0;
    case 3:
      return readByte(reader);
    case 4:
    case 5:
    case 6:
      return readZigzag(reader);
    case 7:
      return skip(reader, 8);
    case 8:
      return skip(reader, readVarint(reader));
    case 12:
      return readStruct(reader, depth + 1);
    default:
      throw new RangeError(`The page header has a field of type ${type}.`);
  }
}

function skip(reader: Reader, count: number): undefined {
  reader.at += count;
  if (reader.at > reader.bytes.length) throw new RangeError('The page header is cut off.');
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.at];
  if (byte === undefined) throw new RangeError('The page header is cut off.');
  reader.at += 1;
  return byte;
}

/** As a double: the sizes and counts of interest stay below 2^53. */
export function readVarint(reader: Reader): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    const byte = readByte(reader);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
  throw new RangeError('A number has too many bytes.');
}

function readZigzag(reader: Reader): number {
  const value = readVarint(reader);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
