import { blurPlane, type Grid, poolPlane } from '../kernels/blur.ts';
import { createPlane, halvePlane, type Plane } from '../kernels/plane.ts';
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

/** Gaussians of the two scales in half size pixels; the halving itself adds a quarter of a pixel of variance. */
const FINE = 0.97;
const COARSE = 2.49;

/** First dimension of each group of a descriptor. */
export const GROUPS = { contrast: 0, colour: 2, fineEdges: 8, coarseEdges: 8 + ORIENTATIONS } as const;

/** Length of a descriptor. */
export const DIMS = GROUPS.coarseEdges + ORIENTATIONS;

/**
 * Descriptors of the patches around the places of a grid, which counts in half size pixels: contrast-normalised
 * luminance at two scales; L, a and b at two scales; and how much gradient of the contrast-normalised luminance
 * points in each of eight directions (45° apart, softly shared between neighbours, as in HOG: Dalal and Triggs 2005)
 * at two scales (Gaussians of about 2 and 5 pixels).
 */
export function extractFeatures(picture: LabPlanes, grid: Grid): FeatureGrid {
  const normalised = normaliseContrast(blurPlane(picture.l, 0.8), 16, 4);
  const data = new Float32Array(grid.columns * grid.rows * DIMS);
  const write = (plane: Plane, sigma: number, dim: number): void => {
    const pooled = poolPlane(plane, sigma, grid).data;
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

/**
 * Deviation of each dimension that says nothing about the object: sensor noise, JPEG, the rounding of a resize.
 * Contrast has no unit, colours are CIELAB units, edges are contrast per pixel.
 */
export const NOISE_FLOOR: readonly number[] = Array.from({ length: DIMS }, (_, dim) => {
  if (dim < GROUPS.colour) return 0.1;
  if (dim < GROUPS.fineEdges) return 4;
  return dim < GROUPS.coarseEdges ? 0.03 : 0.02;
});
