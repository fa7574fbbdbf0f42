import { blurPlane } from '../kernels/blur.ts';
import { createPlane, type Plane } from '../kernels/plane.ts';
import { createRandom } from '../kernels/random.ts';

/** Smooth random blotches, mean 50 and deviation about 20: something to register, the same for the same seed. */
export function drawTexture(width: number, height: number, seed: number): Plane {
  const random = createRandom(seed);
  const noise = createPlane(width, height);
  for (let i = 0; i < noise.data.length; i++) noise.data[i] = random() - 0.5;
  const smooth = blurPlane(noise, 3);
  // A Gaussian of 3 pixels leaves 1/√(36π) of the noise's deviation of 1/√12.
  const gain = 20 * Math.sqrt(12) * Math.sqrt(36 * Math.PI);
  return { width, height, data: smooth.data.map((value) => 50 + gain * value) };
}
