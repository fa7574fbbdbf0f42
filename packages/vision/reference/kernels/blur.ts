import { takeKernels } from './kernels.ts';
import type { Plane } from './plane.ts';

/** Gaussian taps for offsets −radius..radius, summing to 1; the radius is three sigmas. */
function makeGaussian(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const taps = new Float32Array(2 * radius + 1);
  let sum = 0;
  for (let i = -radius; i <= radius; i++) {
    const tap = Math.exp(-(i * i) / (2 * sigma * sigma));
    taps[i + radius] = tap;
    sum += tap;
  }
  return taps.map((tap) => tap / sum);
}

/** Where pooling reads a plane: `count` places `origin`, `origin + stride`, … along each axis, in pixels. */
export interface Grid {
  readonly origin: number;
  readonly stride: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * Gaussian means of a plane around the places of a grid (origin and stride must make whole numbers).
 * Borders are replicated. Gives rows × columns values.
 */
export function poolPlane(plane: Plane, sigma: number, grid: Grid): Plane {
  const kernels = takeKernels();
  const before = kernels.mark();
  const { columns, rows } = grid;
  const source = kernels.load(plane.data);
  const target = kernels.reserve(columns * rows * 4);
  poolInMemory(source, plane, sigma, grid, target, 4);
  const data = kernels.floats(target, columns * rows).slice();
  kernels.release(before);
  return { width: columns, height: rows, data };
}

/**
 * `poolPlane` of a plane in the kernels' memory; the means are written to the address `target` and on, `step` bytes from one to the
 * next.
 */
export function poolInMemory(
  source: number,
  { width, height }: { readonly width: number; readonly height: number },
  sigma: number,
  { origin, stride, columns, rows }: Grid,
  target: number,
  step: number,
): void {
  const kernels = takeKernels();
  const before = kernels.mark();
  const weights = makeGaussian(sigma);
  const radius = (weights.length - 1) / 2;
  const last = origin + (columns - 1) * stride;
  const margin = 4 * Math.ceil((Math.max(0, -origin, last - width + 1) + radius + 1) / 4);
  const taps = kernels.load(weights);
  const pooled = kernels.reserve((width + 2 * margin) * rows * 4 + 16 * (stride + 1));
  kernels.run.poolColumns(source, width, height, taps, radius, origin, stride, rows, margin, pooled);
  kernels.run.poolRows(pooled, width, rows, margin, taps, radius, origin, stride, columns, target, step);
  kernels.release(before);
}

/** The plane smoothed by a Gaussian of `sigma` pixels, borders replicated. */
export function blurPlane(plane: Plane, sigma: number): Plane {
  return poolPlane(plane, sigma, { origin: 0, stride: 1, columns: plane.width, rows: plane.height });
}

/**
 * Nearly a Gaussian of `sigma` pixels at a cost that does not grow with it: three box means in a row
 * (Wells 1986, "Efficient synthesis of Gaussian filters by cascaded uniform filters"). Borders are replicated.
 */
export function blurWide(plane: Plane, sigma: number): Plane {
  const kernels = takeKernels();
  const before = kernels.mark();
  const data = kernels.load(plane.data);
  blurInMemory(data, plane, sigma);
  const blurred = kernels.floats(data, plane.data.length).slice();
  kernels.release(before);
  return { width: plane.width, height: plane.height, data: blurred };
}

/** `blurWide` of a plane in the kernels' memory, in place. */
export function blurInMemory(
  address: number,
  { width, height }: { readonly width: number; readonly height: number },
  sigma: number,
): void {
  const kernels = takeKernels();
  const before = kernels.mark();
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  const across = kernels.reserve(width * height * 4 + 16);
  const sums = kernels.reserve(width * 4 + 16);
  for (let pass = 0; pass < 3; pass++) {
    kernels.run.meanRows(address, across, width, height, radius);
    kernels.run.meanColumns(across, address, width, height, radius, sums);
  }
  kernels.release(before);
}
