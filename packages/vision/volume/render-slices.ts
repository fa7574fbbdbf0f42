import type { SliceGeometry } from '../geometry.ts';
import type { Rendering, View } from '../types.ts';
import { drawSlice } from './draw-slice.ts';

/** A slice in grey levels or colours, one element a voxel, and where it lies. */
export interface Slice
  extends Pick<SliceGeometry, 'plane' | 'index' | 'count' | 'spacingMm' | 'edges' | 'window'> {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 1 | 3;
  /** Proportions of a voxel when only these are known, not its size. */
  readonly aspect?: readonly [number, number] | undefined;
  /** The voxel (column, row, slice) shown first, and the steps from one to the next, to the right and down. */
  readonly voxels: SliceGeometry['voxels'];
}

/** Draws slices one after another: a view holds far less memory than the voxels it came from. */
export async function renderSlices(
  slices: Iterable<Slice> | AsyncIterable<Slice>,
  { longSidePx, notes }: { readonly longSidePx: number; readonly notes: readonly string[] },
): Promise<Rendering> {
  const views: View[] = [];
  for await (const { data, widthPx, heightPx, channels, aspect, ...place } of slices) {
    const spacing = place.spacingMm ?? aspect ?? [1, 1];
    const { edges } = place;
    const drawn = await drawSlice(
      { data, widthPx, heightPx, channels, spacing, ...(edges && { edges }) },
      longSidePx,
    );
    views.push({ ...drawn, geometry: { kind: 'SLICE', ...place, source: { widthPx, heightPx } } });
  }
  return { views, notes };
}
