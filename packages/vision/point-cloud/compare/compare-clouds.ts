import type { Frame } from '../camera/frame.ts';
import { createColumns, type PointCloud } from '../cloud.ts';
import { loadPointCloudKernels, type PointCloudKernels } from '../render/kernels.ts';
import { createScene } from '../render/scene.ts';
import { drawSurface, type Surface } from '../render/surface.ts';
import { add, subtract } from '../vectors.ts';
import { compareDepths } from './compare-depths.ts';
import { readDepthGrid } from './depth-grid.ts';
import { type Departure, findDepartures } from './find-departures.ts';

/** Compares a drawn surface with a normal cloud seen in the same frame. */
export type CompareSurface = (kernels: PointCloudKernels, surface: Surface) => Departure[];

/** Coarsest cells, px. */
const MOST_STEP = 16;

/**
 * Prepares a normal cloud. `offset` is that of the cloud whose frames will be given. Faces say nothing of how a scan varies: a mesh is
 * compared by its faces and its halves are not, so it passes for exact.
 */
export function createComparison(cloud: PointCloud, offset: PointCloud['offset']): CompareSurface {
  const kernels = loadPointCloudKernels();
  const whole = createScene(cloud, kernels);
  const halves =
    cloud.triangles === undefined ? splitCloud(cloud).map((half) => createScene(half, kernels)) : [];
  return (own, surface) => {
    const before = kernels.mark();
    const frame: Frame = {
      ...surface.frame,
      corner: subtract(add(surface.frame.corner, offset), cloud.offset),
      // Seen as deep as either of the two reaches.
      depths: [
        surface.frame.depths[0] - DEEPER * span(surface.frame),
        surface.frame.depths[1] + DEEPER * span(surface.frame),
      ],
    };
    const drawn = [whole, ...halves].map((scene) => drawSurface(scene, frame, false));
    const grain = Math.max(surface.grain, ...drawn.map((other) => other.grain));
    const step = Math.max(1, Math.min(MOST_STEP, Math.round(grain)));
    const query = readDepthGrid(own, surface, step);
    const [reference, one, other] = drawn.map((other) => readDepthGrid(kernels, other, step));
    kernels.release(before);
    if (reference === undefined) return [];
    const noise = one === undefined || other === undefined ? new Float32Array(0) : compareDepths(one, other);
    return findDepartures(query, compareDepths(query, reference), noise, frame.unitsPerPx);
  };
}

/** Depth that a normal object may take before and behind the other, as a part of its extent. */
const DEEPER = 0.5;

function span({ depths }: Frame): number {
  return depths[1] - depths[0];
}

/** Every other point each, drawn by a hash of its number, since neighbours in a file are often neighbours in space. */
function splitCloud({ count, x, y, z, offset, notes }: PointCloud): PointCloud[] {
  const parts: number[][] = [[], []];
  for (let i = 0; i < count; i++) parts[(Math.imul(i + 1, 0x9e3779b1) >>> 15) & 1]?.push(i);
  return parts.map((rows) => {
    const columns = createColumns(rows.length);
    for (const [to, from] of rows.entries()) {
      columns.x[to] = x[from] as number;
      columns.y[to] = y[from] as number;
      columns.z[to] = z[from] as number;
    }
    return { count: rows.length, ...columns, offset, notes };
  });
}
