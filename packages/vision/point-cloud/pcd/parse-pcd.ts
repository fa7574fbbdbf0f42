import type { Vector } from '../../geometry.ts';
import type { Limits } from '../../limits.ts';
import { createColumn, type PointCloud, padCount } from '../cloud.ts';
import { assertPointCount, rejectCloud, rejectVariant } from '../reject.ts';
import {
  findOffset,
  readColumn,
  readFloatTriple,
  readScalar,
  SCALAR_BYTES,
  type ScalarColumn,
} from '../scalar.ts';
import { readLines } from '../text/read-lines.ts';
import { type PcdField, type PcdHeader, readPcdHeader } from './read-pcd-header.ts';
import { LZF_MAX_RATIO, unpackLzf } from './unpack-lzf.ts';

/**
 * The points of a PCD file: ASCII, binary and binary_compressed, padding fields, packed rgb and rgba.
 * Sizes are checked against the bytes before anything is allocated.
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT, TOO_MANY_POINTS
 */
export function parsePcd(bytes: Uint8Array, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const header = readPcdHeader(bytes);
  assertPointCount(header.points, limits);
  const find = (name: string) => header.fields.find((field) => field.name === name);
  const [x, y, z] = [find('x'), find('y'), find('z')];
  if (x === undefined || y === undefined || z === undefined)
    throw rejectVariant('PCD', 'Points without x, y, z');
  const body = bytes.subarray(header.bodyStart);
  const read =
    header.data === 'ascii'
      ? createRowReader(body, header)
      : createRecordReader(unpack(body, header), header);
  const colour = find('rgb') ?? find('rgba');
  const intensity = find('intensity') ?? find('i');
  const [columns, offset] = read.coordinates([x, y, z]);
  return {
    count: header.points,
    x: columns[0],
    y: columns[1],
    z: columns[2],
    offset,
    colours: colour && read.colours(colour),
    intensities: intensity && read.values(intensity),
    notes: [],
  };
}

type Three = readonly [Float32Array, Float32Array, Float32Array];

interface PcdReader {
  readonly coordinates: (fields: readonly [PcdField, PcdField, PcdField]) => readonly [Three, Vector];
  readonly values: (field: PcdField) => Float32Array;
  readonly colours: (field: PcdField) => Uint32Array;
}

/** Records (or, once unpacked, one block per field) as a view and the way to find a field in it. */
interface Records {
  readonly view: DataView;
  readonly isByField: boolean;
}

function unpack(body: Uint8Array, { data, points, recordBytes }: PcdHeader): Records {
  const needed = points * recordBytes;
  if (data === 'binary') {
    if (needed > body.length) throw rejectCut(needed, body.length);
    return { view: new DataView(body.buffer, body.byteOffset, needed), isByField: false };
  }
  const sizes = new DataView(body.buffer, body.byteOffset, body.length);
  if (body.length < 8) throw rejectCut(8, body.length);
  const packedBytes = sizes.getUint32(0, true);
  const unpackedBytes = sizes.getUint32(4, true);
  if (packedBytes > body.length - 8) throw rejectCut(packedBytes, body.length - 8);
  if (unpackedBytes < needed || unpackedBytes > packedBytes * LZF_MAX_RATIO) {
    throw rejectCloud('PCD', 'its compressed block is not of the size that its header needs', {
      neededBytes: needed,
      unpackedBytes,
      packedBytes,
    });
  }
  const target = new Uint8Array(unpackedBytes);
  if (!unpackLzf(body.subarray(8, 8 + packedBytes), target)) {
    throw rejectCloud('PCD', 'its compressed block does not unpack');
  }
  return { view: new DataView(target.buffer), isByField: true };
}

function createRecordReader({ view, isByField }: Records, header: PcdHeader): PcdReader {
  const count = header.points;
  const place = ({ type, byte, count: values }: PcdField): ScalarColumn =>
    isByField
      ? { type, start: byte * count, stride: values * SCALAR_BYTES[type], count, littleEndian: true }
      : { type, start: byte, stride: header.recordBytes, count, littleEndian: true };
  const read = (field: PcdField, offset = 0) => {
    const column = createColumn(count);
    readColumn(view, place(field), column, offset);
    return column;
  };
  return {
    coordinates: ([x, y, z]) => {
      const offset = [
        findOffset(view, place(x)),
        findOffset(view, place(y)),
        findOffset(view, place(z)),
      ] as const;
      const columns = [createColumn(count), createColumn(count), createColumn(count)] as const;
      if (readFloatTriple(view, [place(x), place(y), place(z)], columns)) return [columns, offset];
      return [[read(x, offset[0]), read(y, offset[1]), read(z, offset[2])], offset];
    },
    values: (field) => read(field),
    colours: (field) => {
      const { type, start, stride } = place(field);
      // The four bytes are a colour even where the field is declared a float.
      const stored = SCALAR_BYTES[type] === 4 ? 'uint32' : type;
      return packColours(count, (point) => readScalar(view, start + point * stride, stored, true));
    },
  };
}

function createRowReader(body: Uint8Array, { points, columns }: PcdHeader): PcdReader {
  const least = points * columns * 2 - 1;
  if (least > body.length) throw rejectCut(least, body.length);
  const readField = ({ column }: PcdField, wantsOffset: boolean): [Float64Array, number] => {
    const target = new Float64Array(points);
    const read = readLines(
      'PCD',
      body,
      { start: 0, columns, maxRows: points },
      ({ values, pitch, first, rows }) => {
        target.set(values.subarray(column * pitch, column * pitch + rows), first);
      },
    );
    if (read.rows < points || read.shortRows > 0) {
      throw rejectCloud('PCD', 'it has too few values', { expectedPoints: points, points: read.rows });
    }
    return [target, wantsOffset ? (target.find(Number.isFinite) ?? 0) : 0];
  };
  const toColumn = (values: Float64Array, offset: number) => {
    const column = createColumn(points);
    for (let i = 0; i < points; i++) column[i] = (values[i] ?? 0) - offset;
    return column;
  };
  const readAll = (field: PcdField, wantsOffset: boolean): [Float32Array, number] => {
    const [values, offset] = readField(field, wantsOffset);
    return [toColumn(values, offset), offset];
  };
  return {
    coordinates: ([x, y, z]) => {
      const [first, second, third] = [readAll(x, true), readAll(y, true), readAll(z, true)];
      return [
        [first[0], second[0], third[0]],
        [first[1], second[1], third[1]],
      ];
    },
    values: (field) => readAll(field, false)[0],
    colours: (field) => {
      const [values] = readField(field, false);
      const bits = new DataView(new ArrayBuffer(4));
      return packColours(points, (point) => {
        const value = values[point] ?? 0;
        if (field.type !== 'float32') return value;
        bits.setFloat32(0, value);
        return bits.getUint32(0);
      });
    },
  };
}

/** From 0xAARRGGBB to the order of pictures. */
function packColours(count: number, read: (point: number) => number): Uint32Array {
  const colours = new Uint32Array(padCount(count));
  for (let point = 0; point < count; point++) {
    const value = read(point) >>> 0;
    colours[point] = ((value & 255) << 16) | (value & 0xff00) | ((value >> 16) & 255);
  }
  return colours;
}

function rejectCut(neededBytes: number, bytes: number): Error {
  return rejectCloud('PCD', 'it ends before its points do', { neededBytes, bytes });
}
