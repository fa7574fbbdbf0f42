import sharp from 'sharp';
import { createRandom } from '../reference/kernels/random.ts';

/** What was done to a picture. Shift in pixels of the original, turn in degrees, gain 1 for unchanged. */
export interface Perturbation {
  readonly shiftX: number;
  readonly shiftY: number;
  readonly turnDegrees: number;
  readonly gain: number;
  readonly noise: number;
}

/** Draws a perturbation: shift up to ±12 px, turn ±1.5°, brightness ±5 %, noise of 1 to 4 grey levels. */
export function drawPerturbation(seed: number): Perturbation {
  const random = createRandom(seed);
  const spread = (limit: number) => (2 * random() - 1) * limit;
  return {
    shiftX: spread(12),
    shiftY: spread(12),
    turnDegrees: spread(1.5),
    gain: 1 + spread(0.05),
    noise: 1 + 3 * random(),
  };
}

/**
 * The picture as if uploaded again: moved, turned about its middle, brightened and noisy at its own resolution
 * (borders replicated, bilinear), then a JPEG of quality 90.
 */
export async function perturbImage(
  bytes: Uint8Array,
  change: Perturbation,
  seed: number,
): Promise<Uint8Array> {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const random = createRandom(seed ^ 0x5bd1e995);
  const out = new Uint8Array(data.length);
  const cosine = Math.cos((change.turnDegrees * Math.PI) / 180);
  const sine = Math.sin((change.turnDegrees * Math.PI) / 180);
  const cx = (width - 1) / 2;
  const cy = (height - 1) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = clamp(cosine * (x - cx) - sine * (y - cy) + cx + change.shiftX, width - 1);
      const v = clamp(sine * (x - cx) + cosine * (y - cy) + cy + change.shiftY, height - 1);
      const x0 = Math.min(width - 2, Math.floor(u));
      const y0 = Math.min(height - 2, Math.floor(v));
      const fx = u - x0;
      const fy = v - y0;
      const at = (y0 * width + x0) * channels;
      for (let c = 0; c < channels; c++) {
        const top = (data[at + c] as number) * (1 - fx) + (data[at + channels + c] as number) * fx;
        const low = at + width * channels + c;
        const bottom = (data[low] as number) * (1 - fx) + (data[low + channels] as number) * fx;
        // Box–Muller; the logarithm needs a number above zero.
        const noise = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        const value = change.gain * (top * (1 - fy) + bottom * fy) + change.noise * noise;
        out[(y * width + x) * channels + c] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return new Uint8Array(
    await sharp(out, { raw: { width, height, channels } }).jpeg({ quality: 90 }).toBuffer(),
  );
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}
