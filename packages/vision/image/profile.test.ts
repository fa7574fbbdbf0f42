import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { onlyView, readPixels } from '../fixtures/view-pixels.ts';
import { createTiff } from './write-tiff.ts';

/** The Display P3 profile that libvips carries. */
async function loadDisplayP3(): Promise<Uint8Array> {
  const raw = { width: 1, height: 1, channels: 3 } as const;
  const tagged = await sharp(new Uint8Array(3), { raw }).withIccProfile('p3').png().toBuffer();
  const { icc } = await sharp(tagged).metadata();
  if (icc === undefined) throw new Error('no profile');
  return icc;
}

describe('a picture in Display P3', () => {
  // sRGB of CSS color(display-p3 r g b) as Chromium paints it on a canvas.
  it.each([
    [
      [200, 100, 50],
      [215, 93, 31],
    ],
    [
      [60, 180, 90],
      [0, 183, 78],
    ],
    [
      [40, 80, 160],
      [22, 81, 166],
    ],
    [
      [128, 128, 128],
      [128, 128, 128],
    ],
  ])('%j is %j in the view', async (stored, shown) => {
    const [width, height] = [16, 16];
    const tiff = createTiff({ width, height, channels: 3, profile: await loadDisplayP3() });
    for (let at = 0; at < tiff.pixels.length; at += 3) tiff.pixels.set(stored, at);
    const pixels = await readPixels(onlyView(await convert(tiff.bytes)).bytes);
    const found = pixels.at(8, 8);
    for (const [channel, value] of shown.entries()) {
      expect(Math.abs((found[channel] ?? 999) - value), `${found} is not ${shown}`).toBeLessThanOrEqual(2);
    }
  });
});
