import type { SchemaElement } from 'hyparquet';
import { readVarint } from './page-header.ts';

/** Numbers, or texts of a BYTE_ARRAY column. */
export type Decoded = Float64Array | string[];

const JULIAN_1970 = 2_440_588;
const DAY_MS = 86_400_000;
const TWO_32 = 2 ** 32;
/** A text longer than this is no number and no time. */
const LONGEST_TEXT = 100;

/** Bytes of one value of a fixed width; 0 for BYTE_ARRAY and BOOLEAN. */
function findWidth({ type, type_length: length = 0 }: SchemaElement): number {
  if (type === 'FIXED_LEN_BYTE_ARRAY') return length;
  if (type === 'INT96') return 12;
  return type === 'INT32' || type === 'FLOAT' ? 4 : type === 'INT64' || type === 'DOUBLE' ? 8 : 0;
}

/**
 * `count` plain values, INT96 as epoch ms, fixed bytes as big-endian integers (decimals) or half precision.
 * @throws RangeError when the bytes are too few
 */
export function decodePlain(bytes: Uint8Array, element: SchemaElement, count: number): Decoded {
  const { type } = element;
  if (type === 'BYTE_ARRAY') return decodeTexts(bytes, count);
  if (type === 'BOOLEAN') {
    if (count > bytes.length * 8) throw new RangeError('The page has too few values.');
    return Float64Array.from({ length: count }, (_, i) => ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1);
  }
  const width = findWidth(element);
  if (width === 0 || count * width > bytes.length) throw new RangeError('The page has too few values.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = chooseGetter(view, element);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(i * width);
  return values;
}

/** The bytes of the values apart: all first bytes, then all second ones. */
export function decodeStreams(bytes: Uint8Array, element: SchemaElement, count: number): Decoded {
  const width = findWidth(element);
  if (width === 0 || count * width > bytes.length) throw new RangeError('The page has too few values.');
  const joined = new Uint8Array(count * width);
  for (let byte = 0; byte < width; byte++) {
    for (let i = 0; i < count; i++) joined[i * width + byte] = bytes[byte * count + i] as number;
  }
  return decodePlain(joined, element, count);
}

function chooseGetter(view: DataView, element: SchemaElement): (at: number) => number {
  const { type, type_length: width = 0, logical_type: logical, converted_type: converted } = element;
  const unsigned = logical?.type === 'INTEGER' ? !logical.isSigned : converted?.startsWith('UINT') === true;
  switch (type) {
    case 'INT32':
      return unsigned ? (at) => view.getUint32(at, true) : (at) => view.getInt32(at, true);
    case 'INT64':
      // One rounding, in the sum: the product is exact.
      return unsigned
        ? (at) => view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true)
        : (at) => view.getInt32(at + 4, true) * TWO_32 + view.getUint32(at, true);
    case 'FLOAT':
      return (at) => view.getFloat32(at, true);
    case 'DOUBLE':
      return (at) => view.getFloat64(at, true);
    case 'INT96':
      return (at) => {
        const nanoseconds = view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true);
        return (view.getUint32(at + 8, true) - JULIAN_1970) * DAY_MS + nanoseconds / 1e6;
      };
    default:
      if (logical?.type === 'FLOAT16' && width === 2) return (at) => view.getFloat16(at, true);
      return (at) => {
        let value = view.getInt8(at);
        for (let i = 1; i < width; i++) value = value * 256 + view.getUint8(at + i);
        return value;
      };
  }
}

function decodeTexts(bytes: Uint8Array, count: number): string[] {
  // Each text takes 4 bytes at least.
  if (count * 4 > bytes.length) throw new RangeError('The page has too few values.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    const length = view.getUint32(at, true);
    if (at + 4 + length > bytes.length) throw new RangeError('A text of the page is cut off.');
    texts.push(buffer.toString('utf8', at + 4, at + 4 + Math.min(length, LONGEST_TEXT)));
    at += 4 + length;
  }
  return texts;
}

/**
 * Differences packed in blocks (Parquet's DELTA_BINARY_PACKED), at most `count` values.
 * @throws RangeError when the bytes run out
 */
export function decodeDeltas(bytes: Uint8Array, count: number): Float64Array {
  const reader = { bytes, at: 0 };
  const blockValues = readVarint(reader);
  const miniblocks = readVarint(reader);
  const stated = readVarint(reader);
  const perMiniblock = blockValues / miniblocks;
  if (stated < count || perMiniblock % 8 !== 0 || !(perMiniblock > 0) || perMiniblock > 65_536) {
    throw new RangeError('The differences of the page are damaged.');
  }
  const values = new Float64Array(count);
  let value = readZigzagBig(reader);
  let filled = 0;
  if (count > 0) values[filled++] = Number(value);
  while (filled < count) {
    const least = readZigzagBig(reader);
    const widths = bytes.subarray(reader.at, reader.at + miniblocks);
    reader.at += miniblocks;
    for (const width of widths) {
      if (filled >= count) break;
      const end = reader.at + (width * perMiniblock) / 8;
      if (width > 64 || end > bytes.length) throw new RangeError('The differences of the page are cut off.');
      for (let i = 0; i < perMiniblock && filled < count; i++) {
        value = BigInt.asIntN(64, value + least + readBits(bytes, reader.at * 8 + i * width, width));
        values[filled++] = Number(value);
      }
      reader.at = end;
    }
    if (widths.length === 0) throw new RangeError('The differences of the page are cut off.');
  }
  return values;
}

function readBits(bytes: Uint8Array, from: number, width: number): bigint {
  if (width <= 32) return BigInt(readFewBits(bytes, from, width));
  const low = readFewBits(bytes, from, 32);
  return BigInt(low) + (BigInt(readFewBits(bytes, from + 32, width - 32)) << 32n);
}

/** Up to 32 bits: with the up to 7 before them, exact in a double. */
function readFewBits(bytes: Uint8Array, from: number, width: number): number {
  let value = 0;
  const first = from >> 3;
  const last = (from + width + 7) >> 3;
  for (let at = last - 1; at >= first; at--) value = value * 256 + (bytes[at] ?? 0);
  return Math.floor(value / 2 ** (from & 7)) % 2 ** width;
}

function readZigzagBig(reader: { readonly bytes: Uint8Array; at: number }): bigint {
  let value = 0n;
  for (let i = 0n; i < 10n; i++) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined) throw new RangeError('A number is cut off.');
    reader.at += 1;
    value |= BigInt(byte & 127) << (7n * i);
    if (byte < 128) return (value >> 1n) ^ -(value & 1n);
  }
  throw new RangeError('A number has too many bytes.');
}
