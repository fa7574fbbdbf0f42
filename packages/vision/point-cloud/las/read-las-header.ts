import type { Vector } from '../../geometry.ts';
import { rejectCloud, rejectVariant } from '../reject.ts';

export interface LasHeader {
  /** E.g. 1.4. */
  readonly minorVersion: number;
  /** 0..10. */
  readonly pointFormat: number;
  readonly isCompressed: boolean;
  readonly recordBytes: number;
  readonly points: number;
  readonly pointsStart: number;
  readonly scale: Vector;
  readonly offset: Vector;
}

/** Least record length of point formats 0..10 (ASPRS LAS 1.4 R15, tables 7 to 17). */
const LEAST_RECORD_BYTES = [20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67];
/** Offset of red in a record; green and blue follow, 16 bits each. */
const COLOUR_AT: Readonly<Record<number, number>> = { 2: 20, 3: 28, 5: 28, 7: 30, 8: 30, 10: 30 };

/** Offset of red in a record of the format, if it has colours. */
export function findLasColour(pointFormat: number): number | undefined {
  return COLOUR_AT[pointFormat];
}

/**
 * The public header of a LAS or LAZ file, versions 1.0 to 1.4. LAZ marks its point format with the bit of 128.
 * @throws RejectedError CORRUPT_CLOUD, UNSUPPORTED_VARIANT
 */
export function readLasHeader(bytes: Uint8Array): LasHeader {
  if (bytes.length < 227) throw rejectCloud('LAS', 'it ends inside its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const minorVersion = view.getUint8(25);
  if (view.getUint8(24) !== 1 || minorVersion > 4) {
    throw rejectVariant('LAS', `Version ${view.getUint8(24)}.${minorVersion}`);
  }
  const format = view.getUint8(104);
  const pointFormat = format & 0x3f;
  const recordBytes = view.getUint16(105, true);
  const least = LEAST_RECORD_BYTES[pointFormat];
  if (least === undefined) throw rejectVariant('LAS', `Point format ${pointFormat}`);
  if (recordBytes < least) {
    throw rejectCloud('LAS', `its points have ${recordBytes} bytes but format ${pointFormat} needs ${least}`);
  }
  const readVector = (at: number): Vector => [
    view.getFloat64(at, true),
    view.getFloat64(at + 8, true),
    view.getFloat64(at + 16, true),
  ];
  const scale = readVector(131);
  const offset = readVector(155);
  if (!scale.every((value) => Number.isFinite(value) && value !== 0) || !offset.every(Number.isFinite)) {
    throw rejectCloud('LAS', 'its scale or offset is not a number');
  }
  const pointsStart = view.getUint32(96, true);
  if (pointsStart < 227 || pointsStart > bytes.length) {
    throw rejectCloud('LAS', 'its points begin outside the file', { pointsStart, bytes: bytes.length });
  }
  return {
    minorVersion,
    pointFormat,
    isCompressed: (format & 0x80) !== 0,
    recordBytes,
    points: readCount(view, minorVersion),
    pointsStart,
    scale,
    offset,
  };
}

/** Version 1.4 has a count of 64 bits and may leave the old one 0. */
function readCount(view: DataView, minorVersion: number): number {
  const legacy = view.getUint32(107, true);
  if (minorVersion < 4 || view.byteLength < 255) return legacy;
  return Number(view.getBigUint64(247, true)) || legacy;
}
