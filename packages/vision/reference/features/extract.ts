import { blurPlane, type Grid, poolPlane } from '../kernels/blur.ts';
import { createPlane, type Plane } from '../kernels/plane.ts';
import { differentiatePlane } from '../register/refine.ts';
import { normaliseContrast } from './contrast.ts';

/** Patch descriptors on a grid: `dims` numbers a cell, cell after cell, row after row. */
export interface FeatureGrid {
  readonly columns: number;
  readonly rows: number;
  readonly dims: number;
  readonly data: Float32Array;
}

/** The three planes of a picture, CIELAB. */
export interface LabPlanes {
  readonly l: Plane;
  readonly a: Plane;
  readonly b: Plane;
}

export const ORIENTATIONS = 8;
const FINE = 2;
const COARSE = 5;

/** First dimension of each group of a descriptor. */
export const GROUPS = { contrast: 0, colour: 2, fineEdges: 8, coarseEdges: 8 + ORIENTATIONS } as const;

/** Length of a descriptor. */
export const DIMS = GROUPS.coarseEdges + ORIENTATIONS;

/**
 * Descriptors of the patches around the places of a grid: contrast-normalised luminance at two scales; L, a and b at
 * two scales; and how much gradient of the contrast-normalised luminance points in each of eight directions (45°
 * apart, softly shared between neighbours, as in HOG: Dalal and Triggs 2005) at two scales (Gaussians of 2 and
 * 5 pixels).
 */
export function extractFeatures(picture: LabPlanes, grid: Grid): FeatureGrid {
  const normalised = normaliseContrast(blurPlane(picture.l, 0.8), 16, 4);
  const data = new Float32Array(grid.columns * grid.rows * DIMS);
  const write = (plane: Plane, sigma: number, dim: number): void => {
    const pooled = poolPlane(plane, sigma, grid);
    for (let i = 0; i < pooled.data.length; i++) data[i * DIMS + dim] = pooled.data[i] as number;
  };
  write(normalised, FINE, GROUPS.contrast);
  write(normalised, COARSE, GROUPS.contrast + 1);
  [picture.l, picture.a, picture.b].forEach((plane, channel) => {
    write(plane, FINE, GROUPS.colour + channel);
    write(plane, COARSE, GROUPS.colour + 3 + channel);
  });
  splitGradients(normalised).forEach((plane, direction) => {
    write(plane, FINE, GROUPS.fineEdges + direction);
    write(plane, COARSE, GROUPS.coarseEdges + direction);
  });
  return { columns: grid.columns, rows: grid.rows, dims: DIMS, data };
}

function splitGradients(plane: Plane): Plane[] {
  const { width, height } = plane;
  const gradient = differentiatePlane(plane);
  const directions = Array.from({ length: ORIENTATIONS }, () => createPlane(width, height));
  for (let i = 0; i < plane.data.length; i++) {
    const gx = gradient.x.data[i] as number;
    const gy = gradient.y.data[i] as number;
    const size = Math.sqrt(gx * gx + gy * gy);
    if (size < 1e-6) continue;
    const turn = ((Math.atan2(gy, gx) / (2 * Math.PI) + 1) * ORIENTATIONS) % ORIENTATIONS;
    const lower = Math.floor(turn) % ORIENTATIONS;
    const share = turn - Math.floor(turn);
    (directions[lower] as Plane).data[i] = size * (1 - share);
    (directions[(lower + 1) % ORIENTATIONS] as Plane).data[i] = size * share;
  }
  return directions;
}

/**
 * Deviation of each dimension that says nothing about the object: sensor noise, JPEG, the rounding of a resize.
 * Contrast has no unit, colours are CIELAB units, edges are contrast per pixel.
 */
export const NOISE_FLOOR: readonly number[] = Array.from({ length: DIMS }, (_, dim) => {
  if (dim < GROUPS.colour) return 0.1;
  if (dim < GROUPS.fineEdges) return 4;
  return dim < GROUPS.coarseEdges ? 0.03 : 0.02;
});
