import {
  COARSE,
  DIMS,
  type FeatureGrid,
  FINE,
  GROUPS,
  type LabPlanes,
  ORIENTATIONS,
} from '../features/extract.ts';
import type { Grid } from '../kernels/blur.ts';
import { createPlane, halvePlane, type Plane } from '../kernels/plane.ts';
import { differentiatePlane } from '../register/refine.ts';
import { poolPlainly } from './plain-blur.ts';
import { normalisePlainly } from './plain-contrast.ts';

/** What `extractFeatures` does, in plain TypeScript. */
export function extractPlainly(picture: LabPlanes, grid: Grid): FeatureGrid {
  const normalised = normalisePlainly(blur(picture.l), 16, 4);
  const data = new Float32Array(grid.columns * grid.rows * DIMS);
  const write = (plane: Plane, sigma: number, dim: number): void => {
    const pooled = poolPlainly(plane, sigma, grid).data;
    for (let i = 0, at = dim; i < pooled.length; i++, at += DIMS) data[at] = pooled[i] as number;
  };
  const contrast = halvePlane(normalised);
  write(contrast, FINE, GROUPS.contrast);
  write(contrast, COARSE, GROUPS.contrast + 1);
  [picture.l, picture.a, picture.b].map(halvePlane).forEach((plane, channel) => {
    write(plane, FINE, GROUPS.colour + channel);
    write(plane, COARSE, GROUPS.colour + 3 + channel);
  });
  splitGradients(normalised).forEach((plane, direction) => {
    write(plane, FINE, GROUPS.fineEdges + direction);
    write(plane, COARSE, GROUPS.coarseEdges + direction);
  });
  return { columns: grid.columns, rows: grid.rows, dims: DIMS, data };
}

/** A plane of half the size for each direction: the mean gradient of each 2 × 2 block that points there. */
function splitGradients(plane: Plane): Plane[] {
  const { width, height } = plane;
  const gradient = differentiatePlane(plane);
  const across = width >> 1;
  const directions = Array.from({ length: ORIENTATIONS }, () => createPlane(across, height >> 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const gx = gradient.x.data[y * width + x] as number;
      const gy = gradient.y.data[y * width + x] as number;
      const size = Math.sqrt(gx * gx + gy * gy) / 4;
      if (size < 1e-6) continue;
      const turn = (Math.atan2(gy, gx) / (2 * Math.PI) + 1) * ORIENTATIONS;
      const lower = Math.floor(turn);
      const share = turn - lower;
      const at = (y >> 1) * across + (x >> 1);
      const one = (directions[lower % ORIENTATIONS] as Plane).data;
      const other = (directions[(lower + 1) % ORIENTATIONS] as Plane).data;
      one[at] = (one[at] as number) + size * (1 - share);
      other[at] = (other[at] as number) + size * share;
    }
  }
  return directions;
}

function blur(plane: Plane): Plane {
  return poolPlainly(plane, 0.8, { origin: 0, stride: 1, columns: plane.width, rows: plane.height });
}
