import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Plane } from '../kernels/plane.ts';
import { readFixture } from '../testing/fixtures.ts';
import { drawTexture } from '../testing/texture.ts';
import { correlatePhases, findTurns, readSpectrum } from './phase-correlation.ts';

function cutPlane(plane: Plane, left: number, top: number, width: number, height: number): Plane {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * plane.width + left;
    data.set(plane.data.subarray(start, start + width), y * width);
  }
  return { width, height, data };
}

describe('correlatePhases', () => {
  const texture = drawTexture(160, 160, 11);

  it('recovers any known shift of a synthetic texture to the pixel', () => {
    const shift = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(shift, shift, (x, y) => {
        const first = readSpectrum(cutPlane(texture, 30, 30, 100, 90), 128);
        const second = readSpectrum(cutPlane(texture, 30 + x, 30 + y, 100, 90), 128);
        const [peak] = correlatePhases(first, second, 1);
        expect(peak).toMatchObject({ x, y });
      }),
      { numRuns: 25 },
    );
  });

  it('recovers the shift between two cuts of a photograph', async () => {
    const { data, info } = await sharp(readFixture('pcb/normal.JPG'))
      .resize(200)
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const photograph = { width: info.width, height: info.height, data: Float32Array.from(data) };
    const first = readSpectrum(cutPlane(photograph, 40, 20, 120, 110), 128);
    const second = readSpectrum(cutPlane(photograph, 53, 11, 120, 110), 128);
    expect(correlatePhases(first, second, 1)[0]).toMatchObject({ x: 13, y: -9 });
  });

  it('refuses a plane larger than the grid', () => {
    expect(() => readSpectrum(texture, 128)).toThrow(RangeError);
  });
});

describe('findTurns', () => {
  it.each([20, 57, 90, 140])('recovers a turn of %i degrees of a photograph', async (degrees) => {
    const square = await sharp(readFixture('cookie/normal/normal-1.jpg'))
      .resize(240, 240)
      .greyscale()
      .toBuffer();
    const turned = await sharp(square).rotate(degrees).toBuffer();
    const read = async (bytes: Uint8Array): Promise<Plane> => {
      const { width = 0, height = 0 } = await sharp(bytes).metadata();
      const cut = { left: (width - 160) >> 1, top: (height - 160) >> 1, width: 160, height: 160 };
      const data = await sharp(bytes).extract(cut).resize(80).greyscale().raw().toBuffer();
      return { width: 80, height: 80, data: Float32Array.from(data) };
    };
    const query = readSpectrum(await read(turned), 128);
    const reference = readSpectrum(await read(square), 128);
    const found = findTurns(query, reference, 4).map(({ angle }) => (angle * 180) / Math.PI);
    // sharp turns the picture clockwise; the map back to the unturned one turns by as much the other way.
    const wanted = 180 - degrees;
    expect(Math.min(...found.map((angle) => Math.abs(((angle - wanted + 270) % 180) - 90)))).toBeLessThan(
      2.5,
    );
  });
});
