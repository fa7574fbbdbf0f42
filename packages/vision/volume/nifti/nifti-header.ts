import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import type { Samples } from '../grey-window.ts';
import { assertVolumeSize } from '../volume-size.ts';
import { type Affine, readAffine } from './nifti-affine.ts';
import { NIFTI1_BYTES, readNiftiVersion } from './nifti-version.ts';

type VoxelArray = Samples['stored'];

/** What a NIfTI-1 header says of its first volume (nifti1.h; the names in brackets are its fields). */
export interface NiftiHeader {
  readonly littleEndian: boolean;
  /** Voxels along i, j and k (dim). */
  readonly size: readonly [number, number, number];
  /** Volumes over time and further dimensions. */
  readonly volumes: number;
  readonly voxel: VoxelType;
  /** Where the voxels begin (vox_offset). */
  readonly voxelsAt: number;
  /** value = stored × slope + intercept (scl_slope, scl_inter). */
  readonly slope: number;
  readonly intercept: number;
  /** Values meant as black and white (cal_min, cal_max). */
  readonly window?: readonly [number, number];
  /** Distances between voxel centres along i, j and k, mm (pixdim, xyzt_units), when known. */
  readonly spacingMm?: readonly [number, number, number];
  /** Where the voxels lie in the body, when the header says so. */
  readonly affine?: Affine;
  /** Names of the fields with free text. */
  readonly texts: readonly string[];
}

/** How a voxel is stored (datatype). */
export interface VoxelType {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly create: (length: number) => VoxelArray;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

const VOXEL_TYPES: ReadonlyMap<number, VoxelType> = new Map([
  [2, { bytes: 1, create: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) }],
  [256, { bytes: 1, create: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) }],
  [4, { bytes: 2, create: (n) => new Int16Array(n), read: (view, at, le) => view.getInt16(at, le) }],
  [512, { bytes: 2, create: (n) => new Uint16Array(n), read: (view, at, le) => view.getUint16(at, le) }],
  [8, { bytes: 4, create: (n) => new Int32Array(n), read: (view, at, le) => view.getInt32(at, le) }],
  [768, { bytes: 4, create: (n) => new Uint32Array(n), read: (view, at, le) => view.getUint32(at, le) }],
  [16, { bytes: 4, create: (n) => new Float32Array(n), read: (view, at, le) => view.getFloat32(at, le) }],
  [64, { bytes: 8, create: (n) => new Float64Array(n), read: (view, at, le) => view.getFloat64(at, le) }],
]);

const MM_PER_UNIT: ReadonlyMap<number, number> = new Map([
  [1, 1000],
  [2, 1],
  [3, 0.001],
]);

/** Free text that may name a person: field, offset, bytes. */
const TEXT_FIELDS = [
  ['data_type', 4, 10],
  ['db_name', 14, 18],
  ['descrip', 148, 80],
  ['aux_file', 228, 24],
  ['intent_name', 328, 16],
] as const;

/** @throws RejectedError CORRUPT_VOLUME, UNSUPPORTED_VARIANT, SIDE_TOO_LONG, TOO_MANY_PIXELS, TOO_MANY_VOXELS */
export function readNiftiHeader(head: Uint8Array, limits: Limits): NiftiHeader {
  const version = readNiftiVersion(head);
  if (version === '2') throw rejectVariant('is NIfTI-2', 'Convert it to NIfTI-1');
  if (version === 'pair') throw rejectVariant('is a header without its voxels', 'Save it as one .nii file');
  if (version === undefined) throw rejectHeader('does not begin with a NIfTI header');
  const view = new DataView(head.buffer, head.byteOffset, NIFTI1_BYTES);
  const littleEndian = view.getInt32(0, true) === NIFTI1_BYTES;
  const float = (at: number) => view.getFloat32(at, littleEndian);

  const { size, volumes } = readDimensions(view, littleEndian);
  assertVolumeSize({ widthPx: size[0], heightPx: size[1], count: size[2] }, limits);
  assertVolumeSize({ widthPx: size[0], heightPx: size[2], count: size[1] }, limits);
  assertVolumeSize({ widthPx: size[1], heightPx: size[2], count: size[0] }, limits);
  const datatype = view.getInt16(70, littleEndian);
  const voxel = VOXEL_TYPES.get(datatype);
  if (voxel === undefined)
    throw rejectVariant(
      `has voxels of type ${datatype}`,
      'Save it with whole or floating-point numbers of up to 64 bits',
    );
  const voxelsAt = float(108);
  if (!(voxelsAt >= NIFTI1_BYTES && voxelsAt <= 2 ** 31) || !Number.isInteger(voxelsAt)) {
    throw rejectHeader(`states ${voxelsAt} as the place of its voxels`);
  }

  const hasScale = Number.isFinite(float(112)) && float(112) !== 0 && Number.isFinite(float(116));
  const [whiteAt, blackAt] = [float(124), float(128)];
  const spacingMm = readSpacing(view, littleEndian);
  const affine = readAffine(view, littleEndian);
  return {
    littleEndian,
    size,
    volumes,
    voxel,
    voxelsAt,
    slope: hasScale ? float(112) : 1,
    intercept: hasScale ? float(116) : 0,
    ...(Number.isFinite(whiteAt) &&
      Number.isFinite(blackAt) &&
      blackAt < whiteAt && { window: [blackAt, whiteAt] }),
    ...(spacingMm && { spacingMm }),
    ...(affine && { affine }),
    texts: TEXT_FIELDS.filter(([, at, bytes]) => head.subarray(at, at + bytes).some((byte) => byte > 32)).map(
      ([name]) => name,
    ),
  };
}

function readDimensions(view: DataView, littleEndian: boolean): Pick<NiftiHeader, 'size' | 'volumes'> {
  const count = view.getInt16(40, littleEndian);
  if (count < 1 || count > 7) throw rejectHeader(`states ${count} dimensions`);
  const dim = (axis: number) => (axis < count ? view.getInt16(42 + 2 * axis, littleEndian) : 1);
  const dims = Array.from({ length: 7 }, (_, axis) => dim(axis));
  const wrong = dims.find((length) => length < 1);
  if (wrong !== undefined) throw rejectHeader(`states a side of ${wrong} voxels`);
  return {
    size: [dim(0), dim(1), dim(2)],
    volumes: dims.slice(3).reduce((product, length) => product * length, 1),
  };
}

function readSpacing(view: DataView, littleEndian: boolean): NiftiHeader['spacingMm'] {
  const perUnit = MM_PER_UNIT.get(view.getUint8(123) & 7) ?? 1;
  const distance = (axis: number) => Math.abs(view.getFloat32(80 + 4 * axis, littleEndian)) * perUnit;
  const distances = [distance(0), distance(1), distance(2)] as const;
  return distances.every((mm) => Number.isFinite(mm) && mm > 0) ? distances : undefined;
}

function rejectHeader(what: string): RejectedError {
  return new RejectedError(
    'CORRUPT_VOLUME',
    `The NIfTI file ${what}. Send it again, or export it again from its source.`,
  );
}

function rejectVariant(what: string, advice: string): RejectedError {
  return new RejectedError('UNSUPPORTED_VARIANT', `The NIfTI file ${what}, which cannot be read. ${advice}.`);
}
