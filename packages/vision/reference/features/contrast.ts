import { blurInMemory } from '../kernels/blur.ts';
import { takeKernels } from '../kernels/kernels.ts';
import type { Plane } from '../kernels/plane.ts';

/**
 * Luminance with its local mean taken away and its local contrast made one:
 * (L − mean) / √(variance + noise²), mean and variance over a Gaussian of `sigma` pixels. What remains does not
 * depend on how the object is lit. `noise` (in units of L) keeps flat ground flat.
 */
export function normaliseContrast({ width, height, data }: Plane, sigma: number, noise: number): Plane {
  const kernels = takeKernels();
  const before = kernels.mark();
  const luminance = kernels.load(data);
  const mean = kernels.load(data);
  blurInMemory(mean, { width, height }, sigma);
  const variance = kernels.reserve(data.byteLength + 16);
  kernels.run.squareDifferences(luminance, mean, variance, data.length);
  blurInMemory(variance, { width, height }, sigma);
  kernels.run.divideByDeviation(luminance, mean, variance, variance, data.length, noise);
  const normalised = kernels.floats(variance, data.length).slice();
  kernels.release(before);
  return { width, height, data: normalised };
}
