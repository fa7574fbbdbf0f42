import { createPlane, type Plane } from '../kernels/plane.ts';
import { blurPlainly } from './plain-blur.ts';

/** What `normaliseContrast` does, in plain TypeScript. */
export function normalisePlainly(luminance: Plane, sigma: number, noise: number): Plane {
  const { width, height } = luminance;
  const mean = blurPlainly(luminance, sigma);
  const square = createPlane(width, height);
  for (let i = 0; i < square.data.length; i++) {
    const difference = (luminance.data[i] as number) - (mean.data[i] as number);
    square.data[i] = difference * difference;
  }
  const variance = blurPlainly(square, sigma);
  const out = square;
  for (let i = 0; i < out.data.length; i++) {
    const difference = (luminance.data[i] as number) - (mean.data[i] as number);
    out.data[i] = difference / Math.sqrt(Math.max(0, variance.data[i] as number) + noise * noise);
  }
  return out;
}
