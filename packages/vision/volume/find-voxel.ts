import type { SliceGeometry, Vector } from '../geometry.ts';

/** A view's size and geometry; a `View` of a slice is one. */
export interface SliceView {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly geometry: SliceGeometry;
}

/** A place in a view, px; the middle of the top left pixel is (0.5, 0.5). */
export interface VoxelPlace {
  readonly x: number;
  readonly y: number;
}

/**
 * The voxel (column, row, slice, from 0) shown at a place of a view. Places outside the view give the nearest voxel at
 * its edge.
 */
export function findVoxel({ widthPx, heightPx, geometry }: SliceView, { x, y }: VoxelPlace): Vector {
  const { source, voxels } = geometry;
  const column = clampFloor((x * source.widthPx) / widthPx, source.widthPx);
  const row = clampFloor((y * source.heightPx) / heightPx, source.heightPx);
  const along = (axis: 0 | 1 | 2) =>
    voxels.origin[axis] + column * voxels.right[axis] + row * voxels.down[axis];
  return [along(0), along(1), along(2)];
}

/** The middle of a voxel in a view that shows its slice; `undefined` when the view shows another slice. */
export function findPlace({ widthPx, heightPx, geometry }: SliceView, voxel: Vector): VoxelPlace | undefined {
  const { source, voxels } = geometry;
  const from = voxel.map((index, axis) => index - (voxels.origin[axis] ?? 0));
  const along = (step: Vector) => step.reduce((sum, part, axis) => sum + part * (from[axis] ?? 0), 0);
  const [column, row] = [along(voxels.right), along(voxels.down)];
  const lies = (axis: 0 | 1 | 2) => column * voxels.right[axis] + row * voxels.down[axis] === from[axis];
  const inside = column >= 0 && column < source.widthPx && row >= 0 && row < source.heightPx;
  if (!inside || !lies(0) || !lies(1) || !lies(2)) return undefined;
  return { x: ((column + 0.5) * widthPx) / source.widthPx, y: ((row + 0.5) * heightPx) / source.heightPx };
}

function clampFloor(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(value)));
}
