import { blurPlane, type Grid, poolInMemory } from '../kernels/blur.ts';
import { takeKernels } from '../kernels/kernels.ts';
import type { Plane } from '../kernels/plane.ts';
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
export const FINE = 0.97;
export const COARSE = 2.49;

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
  const { width, height } = normalised;
  const half = { width: width >> 1, height: height >> 1 };
  const bytes = half.width * half.height * 4;
  const count = grid.columns * grid.rows;
  const kernels = takeKernels();
  const before = kernels.mark();
  const target = kernels.reserve(count * DIMS * 4);
  const source = kernels.reserve(normalised.data.byteLength + 16);
  const halves = kernels.reserve(bytes + 16);
  const write = (plane: number, fine: number, coarse: number): void => {
    poolInMemory(plane, half, FINE, grid, target + fine * 4, DIMS * 4);
    poolInMemory(plane, half, COARSE, grid, target + coarse * 4, DIMS * 4);
  };
  [normalised, picture.l, picture.a, picture.b].forEach(({ data }, plane) => {
    kernels.floats(source, data.length).set(data);
    kernels.run.halve(source, halves, width, height);
    if (plane === 0) write(halves, GROUPS.contrast, GROUPS.contrast + 1);
    else write(halves, GROUPS.colour + plane - 1, GROUPS.colour + plane + 2);
  });
  kernels.floats(source, normalised.data.length).set(normalised.data);
  const directions = kernels.reserve(bytes * ORIENTATIONS + 16);
  kernels.floats(directions, (bytes / 4) * ORIENTATIONS).fill(0);
  kernels.run.splitGradients(source, width, height, directions);
  for (let direction = 0; direction < ORIENTATIONS; direction++) {
    write(directions + direction * bytes, GROUPS.fineEdges + direction, GROUPS.coarseEdges + direction);
  }
  const data = kernels.floats(target, count * DIMS).slice();
  kernels.release(before);
  return { columns: grid.columns, rows: grid.rows, dims: DIMS, data };
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
