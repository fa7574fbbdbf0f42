import type { Vector } from '../../geometry.ts';

/**
 * Steps in DICOM patient space (towards left, posterior, head) of one voxel along i, j and k. Only directions matter
 * here, so the offset is left out.
 */
export type Affine = readonly [Vector, Vector, Vector];

/**
 * Where the voxels lie: by the rows of the general transform (sform) when the file has one, else by the quaternion
 * (qform); nifti1.h "3D image (volume) orientation and location in space", methods 3 and 2.
 */
export function readAffine(view: DataView, littleEndian: boolean): Affine | undefined {
  const float = (at: number) => view.getFloat32(at, littleEndian);
  const usable = [view.getInt16(254, littleEndian) > 0, view.getInt16(252, littleEndian) > 0];
  const sform = usable[0] ? readRows(float) : undefined;
  const affine = sform ?? (usable[1] ? readQuaternion(float) : undefined);
  return affine?.every((step) => step.every(Number.isFinite) && Math.hypot(...step) > 1e-9)
    ? affine
    : undefined;
}

function readRows(float: (at: number) => number): Affine | undefined {
  const column = (axis: number): Vector =>
    toDicom(float(280 + 4 * axis), float(296 + 4 * axis), float(312 + 4 * axis));
  const [i, j, k] = [column(0), column(1), column(2)];
  const volume =
    i[0] * (j[1] * k[2] - j[2] * k[1]) -
    i[1] * (j[0] * k[2] - j[2] * k[0]) +
    i[2] * (j[0] * k[1] - j[1] * k[0]);
  // Flat rows (some writers set the code and leave zeros) say nothing.
  return Math.abs(volume) > 1e-6 * Math.hypot(...i) * Math.hypot(...j) * Math.hypot(...k)
    ? [i, j, k]
    : undefined;
}

function readQuaternion(float: (at: number) => number): Affine {
  const [b, c, d] = [float(256), float(260), float(264)];
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const handed = float(76) < 0 ? -1 : 1;
  const size = (axis: number) => Math.abs(float(80 + 4 * axis)) || 1;
  const scale = (by: number, x: number, y: number, z: number) => toDicom(x * by, y * by, z * by);
  return [
    scale(size(0), a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)),
    scale(size(1), 2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)),
    scale(size(2) * handed, 2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c),
  ];
}

/** NIfTI counts towards right and anterior, DICOM towards left and posterior. */
function toDicom(right: number, anterior: number, superior: number): Vector {
  return [-right, -anterior, superior];
}
