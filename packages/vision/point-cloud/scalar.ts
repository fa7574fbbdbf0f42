/** Types of the numbers in binary files. No other is read. */
export type Scalar =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

export const SCALAR_BYTES: Readonly<Record<Scalar, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** Where the values of one property lie. */
export interface ScalarColumn {
  readonly type: Scalar;
  /** Offset of the first value and distance between two, in bytes. */
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  readonly littleEndian: boolean;
}

/** Reads one number of a type. 64-bit integers lose what a float64 can't hold. */
export function readScalar(view: DataView, at: number, type: Scalar, littleEndian: boolean): number {
  switch (type) {
    case 'int8':
      return view.getInt8(at);
    case 'uint8':
      return view.getUint8(at);
    case 'int16':
      return view.getInt16(at, littleEndian);
    case 'uint16':
      return view.getUint16(at, littleEndian);
    case 'int32':
      return view.getInt32(at, littleEndian);
    case 'uint32':
      return view.getUint32(at, littleEndian);
    case 'int64':
      return Number(view.getBigInt64(at, littleEndian));
    case 'uint64':
      return Number(view.getBigUint64(at, littleEndian));
    case 'float32':
      return view.getFloat32(at, littleEndian);
    case 'float64':
      return view.getFloat64(at, littleEndian);
  }
}

/** Copies a column less `offset`, taken off in float64, into `target`. The caller has checked that it lies in the view. */
export function readColumn(view: DataView, column: ScalarColumn, target: Float32Array, offset = 0): void {
  const { type, start, stride, count, littleEndian } = column;
  if (type === 'float32') {
    for (let i = 0, at = start; i < count; i++, at += stride) {
      target[i] = view.getFloat32(at, littleEndian) - offset;
    }
  } else if (type === 'float64') {
    for (let i = 0, at = start; i < count; i++, at += stride) {
      target[i] = view.getFloat64(at, littleEndian) - offset;
    }
  } else {
    for (let i = 0, at = start; i < count; i++, at += stride) {
      target[i] = readScalar(view, at, type, littleEndian) - offset;
    }
  }
}

/** Reads three neighbouring little-endian float32 columns in one walk, twice as fast as three; `false` if they aren't. */
export function readFloatTriple(
  view: DataView,
  places: readonly (ScalarColumn | undefined)[],
  [x, y, z]: readonly [Float32Array, Float32Array, Float32Array],
): boolean {
  const [first] = places;
  const areNeighbours = places.every(
    (place, index) =>
      place?.type === 'float32' && place.littleEndian && place.start === (first?.start ?? 0) + index * 4,
  );
  if (first === undefined || !areNeighbours) return false;
  for (let i = 0, at = first.start; i < first.count; i++, at += first.stride) {
    x[i] = view.getFloat32(at, true);
    y[i] = view.getFloat32(at + 4, true);
    z[i] = view.getFloat32(at + 8, true);
  }
  return true;
}

/** The first value of a column that is a number, or 0. Taken off all others, it keeps their small differences. */
export function findOffset(
  view: DataView,
  { type, start, stride, count, littleEndian }: ScalarColumn,
): number {
  // Float32 has nothing to lose.
  if (type === 'float32' || SCALAR_BYTES[type] < 4) return 0;
  for (let i = 0, at = start; i < count; i++, at += stride) {
    const value = readScalar(view, at, type, littleEndian);
    if (Number.isFinite(value)) return value;
  }
  return 0;
}
