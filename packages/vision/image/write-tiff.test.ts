import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../fixtures/read-fixture.ts';
import { createTiff } from './write-tiff.ts';

describe('createTiff', () => {
  it('is read back by libtiff, whatever its shape', async () => {
    const shape = fc.record({
      // Past 65,536 columns of RGBA a row is more than a strip.
      width: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom(65_537, 90_000)),
      height: fc.integer({ min: 1, max: 40 }),
      channels: fc.constantFrom(3 as const, 4 as const),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ width, height, channels }) => {
        const { bytes, pixels } = createTiff({ width, height, channels });
        for (let at = 0; at < pixels.length; at++) pixels[at] = (at * 31) % 251;
        const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
        expect(info).toMatchObject({ width, height, channels });
        expect(data.equals(pixels)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('carries a profile', async () => {
    const profile = readFixture('swapped.icc');
    const { bytes } = createTiff({ width: 5, height: 5, channels: 4, profile });
    const { icc } = await sharp(bytes).metadata();
    expect(icc?.equals(profile)).toBe(true);
  });
});
