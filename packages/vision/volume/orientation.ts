import type { SliceGeometry, Vector } from '../geometry.ts';

/**
 * Names of the directions of patient space: [towards +, towards −] of each axis. DICOM (PS3.3 C.7.6.2.1.1) counts
 * towards left, posterior and head; NIfTI (nifti1.h) towards right, anterior and superior, so it is turned first.
 */
const LETTERS = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
] as const;
/** A direction is named after every axis from which it is less than 75° away. */
const NAMED_FROM = Math.cos((75 * Math.PI) / 180);

/** Where a direction (DICOM patient space, any length) points, e.g. `A`, or `AL` when oblique: the strongest first. */
function nameDirection(direction: Vector): string {
  const length = Math.hypot(...direction);
  return direction
    .map((part, axis) => ({ part: part / length, axis }))
    .filter(({ part }) => Math.abs(part) >= NAMED_FROM)
    .sort((a, b) => Math.abs(b.part) - Math.abs(a.part))
    .map(({ part, axis }) => LETTERS[axis]?.[part > 0 ? 0 : 1] ?? '')
    .join('');
}

/** Letters for the four edges of a picture whose x grows along `right` and whose y grows along `down`. */
export function nameEdges(right: Vector, down: Vector): NonNullable<SliceGeometry['edges']> {
  return {
    left: nameDirection(negate(right)),
    right: nameDirection(right),
    top: nameDirection(negate(down)),
    bottom: nameDirection(down),
  };
}

/** The anatomical plane that a picture is nearest to, by its normal; `STORED` when two are equally near. */
export function namePlane(right: Vector, down: Vector): SliceGeometry['plane'] {
  const normal = [
    right[1] * down[2] - right[2] * down[1],
    right[2] * down[0] - right[0] * down[2],
    right[0] * down[1] - right[1] * down[0],
  ].map(Math.abs);
  const [strongest = 0, second = 0] = normal.toSorted((a, b) => b - a);
  if (strongest - second < 1e-3 * strongest || strongest === 0) return 'STORED';
  return (['SAGITTAL', 'CORONAL', 'AXIAL'] as const)[normal.indexOf(strongest)] ?? 'STORED';
}

/** Whether two vectors of any length can span a picture: finite, not zero, at right angles to within 1°. */
export function arePerpendicular(one: Vector, other: Vector): boolean {
  const lengths = Math.hypot(...one) * Math.hypot(...other);
  const dot = one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
  return lengths > 1e-12 && Math.abs(dot) <= lengths * Math.sin(Math.PI / 180);
}

export function negate([x, y, z]: Vector): Vector {
  return [-x, -y, -z];
}
