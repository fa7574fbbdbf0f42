import { gzipSync } from 'node:zlib';

/** A value of Thrift's compact protocol: a whole number, bytes, a list of numbers, texts or structs, or a struct by field ids. */
type Thrift = number | Uint8Array | readonly Thrift[] | { readonly [id: number]: Thrift };

const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const GZIP = 2;
const DOUBLE = 5;
const PLAIN = 0;
const RLE = 3;

/** What the file says of itself, where it shall not be the truth. */
interface Lies {
  /** Rows that the file, its row group and its column state. */
  readonly rows?: number;
  /** Bytes of the page, unpacked. */
  readonly unpackedBytes?: number;
}

/** A Parquet file with one required column `v` of doubles in one page packed by gzip. */
export function makeParquet(values: Float64Array, lies: Lies = {}): Uint8Array {
  const plain = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const packed = gzipSync(plain);
  const rows = lies.rows ?? values.length;
  const unpackedBytes = lies.unpackedBytes ?? plain.length;
  const pageHeader = encodeStruct({
    1: 0,
    2: unpackedBytes,
    3: packed.length,
    5: { 1: rows, 2: PLAIN, 3: RLE, 4: RLE },
  });
  const chunkBytes = pageHeader.length + packed.length;
  const name = Buffer.from('v');
  const column = {
    1: DOUBLE,
    2: [PLAIN],
    3: [name],
    4: GZIP,
    5: rows,
    6: unpackedBytes,
    7: chunkBytes,
    9: 4,
  };
  const footer = encodeStruct({
    1: 1,
    2: [
      { 4: Buffer.from('schema'), 5: 1 },
      { 1: DOUBLE, 3: 0, 4: name },
    ],
    3: rows,
    4: [{ 1: [{ 2: 4, 3: column }], 2: chunkBytes, 3: rows }],
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  const magic = Buffer.from('PAR1');
  return new Uint8Array(Buffer.concat([magic, pageHeader, packed, footer, length, magic]));
}

function encodeStruct(fields: { readonly [id: number]: Thrift }): Buffer {
  let last = 0;
  const parts = Object.entries(fields).map(([key, value]) => {
    const id = Number(key);
    const head = Buffer.of(((id - last) << 4) | findType(value));
    last = id;
    return Buffer.concat([head, encodeValue(value)]);
  });
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function findType(value: Thrift): number {
  if (typeof value === 'number') return I64;
  if (value instanceof Uint8Array) return BINARY;
  return Array.isArray(value) ? LIST : STRUCT;
}

function encodeValue(value: Thrift): Buffer {
  if (typeof value === 'number') return encodeVarint(BigInt(value) * 2n);
  if (value instanceof Uint8Array) return Buffer.concat([encodeVarint(BigInt(value.length)), value]);
  if (!isList(value)) return encodeStruct(value);
  const head = Buffer.of((value.length << 4) | findType(value[0] ?? 0));
  return Buffer.concat([head, ...value.map(encodeValue)]);
}

function isList(value: Thrift): value is readonly Thrift[] {
  return Array.isArray(value);
}

function encodeVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.of(...bytes, Number(rest));
}
