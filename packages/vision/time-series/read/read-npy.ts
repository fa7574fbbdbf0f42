import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import { finishSeries } from '../finish-series.ts';
import { assertWithinLimits, rejectCorrupt, rejectNothing } from '../reject.ts';
import type { Channel, Series, Values } from '../series.ts';
import { findEpoch } from '../time/numeric-time.ts';

/** An array of one of NumPy's plain types. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly fortran: boolean;
  readonly element: NpyElement;
  /** The elements' bytes. */
  readonly data: Uint8Array;
}

interface NpyElement {
  readonly kind: 'f' | 'i' | 'u' | 'b' | 'M';
  readonly bytes: number;
  readonly littleEndian: boolean;
  /** Of `M` (datetime64): ms of one tick. */
  readonly tickMs?: number;
}

const MAGIC_BYTES = 6;
const MOST_HEADER_BYTES = 65_536;
const TICKS_MS: Readonly<Record<string, number>> = {
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
};

/**
 * A NumPy file (NEP 1, format 1.0 to 3.0): one array of rows, or of rows by channels; the shorter side of a matrix are its
 * channels.
 * @throws RejectedError CORRUPT_SERIES, UNSUPPORTED_VARIANT, NO_VALUES, TOO_MANY_CHANNELS, TOO_MANY_POINTS
 */
export function readNpy(bytes: Uint8Array, limits: Limits): Series {
  const array = readNpyArray(bytes, limits);
  const columns = splitColumns(array, limits);
  const named = columns.map(
    (values, i): Channel => ({ name: columns.length === 1 ? 'value' : `channel ${i}`, values }),
  );
  const [first, ...others] = named;
  const time = first === undefined || others.length === 0 ? undefined : findEpoch(sample(first.values));
  if (first === undefined || time === undefined)
    return finishSeries({ axis: 'ROW', channels: named, notes: [] });
  const instants = Float64Array.from(first.values, (value) => value * time.scale);
  return finishSeries({ axis: 'TIMESTAMP', instants, zoned: true, channels: others, notes: [] });
}

/** @throws RejectedError CORRUPT_SERIES, UNSUPPORTED_VARIANT */
export function readNpyArray(bytes: Uint8Array, limits: Limits): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[MAGIC_BYTES] ?? 0;
  const lengthBytes = version === 1 ? 2 : 4;
  const headerAt = MAGIC_BYTES + 2 + lengthBytes;
  if (bytes.length < headerAt) throw rejectCorrupt('The array ends within its header.');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (version < 1 || version > 3 || length > MOST_HEADER_BYTES || headerAt + length > bytes.length) {
    throw rejectCorrupt('The header of the array is damaged.', undefined, { version, length });
  }
  const header = Buffer.from(bytes.subarray(headerAt, headerAt + length)).toString('latin1');
  const element = readElement(header);
  const shape = readShape(header);
  const count = shape.reduce((product, side) => product * side, 1);
  const data = bytes.subarray(headerAt + length);
  if (!(count * element.bytes <= data.length)) {
    throw rejectCorrupt(
      `The header states ${count} values of ${element.bytes} bytes, but ${data.length} bytes follow.`,
      undefined,
      { count, bytes: data.length },
    );
  }
  // Which side is the rows is known later.
  assertWithinLimits(count, 1, { ...limits, maxRows: limits.maxValues });
  const fortran = /'fortran_order'\s*:\s*True/.test(header);
  return { shape, fortran, element, data: data.subarray(0, count * element.bytes) };
}

/**
 * The array's columns: one for a list, the shorter side for a matrix.
 * @throws RejectedError UNSUPPORTED_VARIANT, TOO_MANY_CHANNELS
 */
export function splitColumns(array: NpyArray, limits: Limits): Values[] {
  const { shape, fortran } = array;
  const sides = shape.filter((side, i) => side !== 1 || (i === 0 && shape.length === 1));
  if (sides.length > 2) {
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      `The array has the shape (${shape.join(', ')}); a series is a list, or rows by channels. Send one matrix.`,
    );
  }
  const [first = 1, second = 1] = sides;
  const rowsFirst = first >= second;
  const rows = rowsFirst ? first : second;
  const channels = rowsFirst ? second : first;
  assertWithinLimits(rows, channels, limits);
  if (rows === 0 || channels === 0) throw rejectNothing('The array is empty.');
  const all = readElements(array);
  if (channels === 1) return [all];
  // In memory, rows follow each other when rows come first in C order, or last in Fortran order.
  const interleaved = rowsFirst !== fortran;
  return Array.from({ length: channels }, (_, channel) => {
    if (!interleaved) return all.subarray(channel * rows, (channel + 1) * rows);
    const values = all instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
    for (let row = 0; row < rows; row++) values[row] = all[row * channels + channel] as number;
    return values;
  });
}

/** Epoch ms for datetime64 whatever its tick. */
function readElements({ element, data }: NpyArray): Values {
  const { kind, bytes, littleEndian, tickMs } = element;
  const count = data.length / bytes;
  if (littleEndian && kind === 'f' && bytes >= 4) {
    // A copy, so that the caller's bytes are never changed and the elements are aligned.
    const copy = new Uint8Array(data).buffer;
    return bytes === 8 ? new Float64Array(copy, 0, count) : new Float32Array(copy, 0, count);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = chooseGetter(view, element);
  const values = bytes <= 2 ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(i * bytes, littleEndian);
  if (tickMs !== undefined) {
    for (let i = 0; i < count; i++) {
      // The least integer is NumPy's not-a-time.
      const ticks = values[i] as number;
      values[i] = ticks <= -(2 ** 63) ? Number.NaN : ticks * tickMs;
    }
  }
  return values;
}

function chooseGetter(view: DataView, { kind, bytes }: NpyElement): (at: number, little: boolean) => number {
  const signed = kind === 'i' || kind === 'M';
  if (kind === 'f') {
    if (bytes === 2) return (at, little) => view.getFloat16(at, little);
    return bytes === 4
      ? (at, little) => view.getFloat32(at, little)
      : (at, little) => view.getFloat64(at, little);
  }
  if (bytes === 1) return signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
  if (bytes === 2)
    return signed ? (at, little) => view.getInt16(at, little) : (at, little) => view.getUint16(at, little);
  if (bytes === 4)
    return signed ? (at, little) => view.getInt32(at, little) : (at, little) => view.getUint32(at, little);
  return signed
    ? (at, little) => Number(view.getBigInt64(at, little))
    : (at, little) => Number(view.getBigUint64(at, little));
}

function readElement(header: string): NpyElement {
  const text = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1] ?? '';
  const match = /^([<>|=])([fiubM])([1248])(?:\[(\w+)\])?$/.exec(text);
  const [, order, kind, size, unit] = match ?? [];
  const bytes = Number(size);
  const tickMs = kind === 'M' ? TICKS_MS[unit ?? ''] : undefined;
  const valid =
    match !== null &&
    (kind !== 'f' || bytes >= 2) &&
    (kind === 'M' ? tickMs !== undefined : unit === undefined);
  if (!valid) {
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      'The elements of the array are no plain real numbers. Save it as float64, float32 or integers.',
      { descr: text.slice(0, 60) },
    );
  }
  return {
    kind: kind as NpyElement['kind'],
    bytes,
    littleEndian: order !== '>',
    ...(tickMs === undefined ? {} : { tickMs }),
  };
}

function readShape(header: string): number[] {
  const inside = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (inside === undefined) throw rejectCorrupt('The header of the array states no shape.');
  return inside
    .split(',')
    .map((side) => side.trim())
    .filter((side) => side !== '')
    .map((side) => Number.parseInt(side, 10));
}

function sample(values: Values): number[] {
  return Array.from(values.subarray(0, 200));
}
