import type { Vector } from '../../geometry.ts';
import { createColumns, type PointCloud } from '../cloud.ts';

/** A cloud of given points at offset 0. */
export function makeCloud(points: readonly Vector[], more: Partial<PointCloud> = {}): PointCloud {
  const columns = createColumns(points.length);
  for (const [i, [x, y, z]] of points.entries()) {
    columns.x[i] = x;
    columns.y[i] = y;
    columns.z[i] = z;
  }
  return { count: points.length, ...columns, offset: [0, 0, 0], notes: [], ...more };
}
