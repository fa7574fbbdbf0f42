import type { PointCloudGeometry, Rectangle, Vector } from '../../geometry.ts';
import { add, dot, scale, subtract } from '../vectors.ts';

/**
 * The point of the source, in its units, at (x, y) of a view and `depth` units behind the view's plane. x and y count
 * from the left and upper edge: the centre of the first pixel is (0.5, 0.5).
 */
export function locatePoint(
  { origin, right, down, forward, unitsPerPx }: PointCloudGeometry,
  { x, y, depth }: { readonly x: number; readonly y: number; readonly depth: number },
): Vector {
  return add(origin, scale(right, x * unitsPerPx), scale(down, y * unitsPerPx), scale(forward, depth));
}

/** Where a point of the source lies in a view: the inverse of `locatePoint`. */
export function projectPoint(
  { origin, right, down, forward, unitsPerPx }: PointCloudGeometry,
  point: Vector,
): { readonly x: number; readonly y: number; readonly depth: number } {
  const from = subtract(point, origin);
  return { x: dot(right, from) / unitsPerPx, y: dot(down, from) / unitsPerPx, depth: dot(forward, from) };
}

/**
 * Whether a point of the source lies behind a region of a view, at any depth or between the two given: the way from a
 * region back to its points.
 */
export function isPointInRegion(
  geometry: PointCloudGeometry,
  region: Rectangle,
  point: Vector,
  depths: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): boolean {
  const { x, y, depth } = projectPoint(geometry, point);
  return (
    x >= region.x &&
    x < region.x + region.width &&
    y >= region.y &&
    y < region.y + region.height &&
    depth >= depths[0] &&
    depth <= depths[1]
  );
}
