import { blurWide } from '../kernels/blur.ts';
import { createPlane, type Plane } from '../kernels/plane.ts';

/**
 * Luminance with its local mean taken away and its local contrast made one:
 * (L − mean) / √(variance + noise²), mean and variance over a Gaussian of `sigma` pixels. What remains does not
 * depend on how the object is lit. `noise` (in units of L) keeps flat ground flat.
 */
export function normaliseContrast(luminance: Plane, sigma: number, noise: number): Plane {
  const { width, height } = luminance;
  const mean = blurWide(luminance, sigma);
  const square = createPlane(width, height);
  for (let i = 0; i < square.data.length; i++) {
    const difference = (luminance.data[i] as number) - (mean.data[i] as number);
    square.data[i] = difference * difference;
  }
  const variance = blurWide(square, sigma);
  const out = square;
  for (let i = 0; i < out.data.length; i++) {
    const difference = (luminance.data[i] as number) - (mean.data[i] as number);
    out.data[i] = difference / Math.sqrt(Math.max(0, variance.data[i] as number) + noise * noise);
  }
  return out;
}
