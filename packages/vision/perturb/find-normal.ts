import type { Vector } from '../geometry.ts';
import { findPrincipalAxes } from '../point-cloud/camera/principal-axes.ts';

const ANYWHERE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** The direction in which points of a piece of surface spread least, a unit vector of either sign. */
export function findNormal(points: readonly Vector[]): Vector {
  const [first] = points;
  if (first === undefined) throw new RangeError('There are no points.');
  const column = (axis: 0 | 1 | 2) => Float32Array.from(points, (point) => point[axis] - first[axis]);
  const cloud = { count: points.length, x: column(0), y: column(1), z: column(2), offset: first, notes: [] };
  const [, , normal] = findPrincipalAxes(cloud, [ANYWHERE, ANYWHERE, ANYWHERE]);
  return normal;
}
