import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { readPixels } from '../fixtures/view-pixels.ts';
import { cropSource, planTiles } from './crop-source.ts';

/** 6000 × 100: red and green are the column, blue is the row, so that every pixel tells where it is from. */
async function makeRuler(): Promise<Uint8Array> {
  const data = Buffer.alloc(6000 * 100 * 3);
  for (let pixel = 0; pixel < 600_000; pixel++) {
    const x = pixel % 6000;
    data.set([x >> 8, x & 255, Math.floor(pixel / 6000)], pixel * 3);
  }
  return new Uint8Array(
    await sharp(data, { raw: { width: 6000, height: 100, channels: 3 } })
      .png()
      .toBuffer(),
  );
}

describe('a part of an image', () => {
  it('is shown pixel for pixel, where a view of the whole is shrunk', async () => {
    const view = await cropSource(await makeRuler(), { x: 5000, y: 10, width: 300, height: 50 });
    expect(view).toMatchObject({
      widthPx: 300,
      heightPx: 50,
      geometry: {
        kind: 'IMAGE',
        source: { widthPx: 6000, heightPx: 100 },
        region: { x: 5000, y: 10, width: 300, height: 50 },
      },
    });
    // The ramp has more than 256 colours, so it is a JPEG of quality 90.
    const [red = 0, , blue = 0] = (await readPixels(view.bytes)).at(120, 25);
    expect(Math.abs(red - (5120 >> 8))).toBeLessThanOrEqual(6);
    expect(Math.abs(blue - 35)).toBeLessThanOrEqual(6);
  });

  it.each(['three-pages.tif', 'three-frames.gif', 'three-frames.webp'])(
    'of any page of %s, each of which has a colour of its own',
    async (name) => {
      for (const [page, colour] of [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
      ].entries()) {
        const region = { x: 4, y: 2, width: 6, height: 3 };
        const view = await cropSource(readFixture(name), region, { page });
        expect(view).toMatchObject({ widthPx: 6, heightPx: 3, geometry: { region } });
        expect(view.geometry).toMatchObject(page === 0 ? { kind: 'IMAGE' } : { page });
        expect((await readPixels(view.bytes)).at(3, 1)).toEqual(colour);
      }
      for (const page of [3, -1, 0.5]) {
        await expect(
          cropSource(readFixture(name), { x: 0, y: 0, width: 1, height: 1 }, { page }),
        ).rejects.toThrow('page must be a whole number from 0 to 2');
      }
    },
  );

  it('of a second picture of a HEIC file is a part of that picture', async () => {
    const region = { x: 16, y: 16, width: 120, height: 80 };
    const [, second] = (await convert(readFixture('two-pictures.heic'))).views;
    const whole = await readPixels(second?.bytes ?? new Uint8Array());
    const part = await readPixels(
      (await cropSource(readFixture('two-pictures.heic'), region, { page: 1 })).bytes,
    );
    for (const [x, y] of [
      [10, 10],
      [60, 40],
      [110, 70],
    ] as const) {
      const [expected, found] = [whole.at(x + 16, y + 16), part.at(x, y)];
      // Both are JPEGs, whose blocks lie alike as the region begins at a multiple of 16.
      for (const channel of [0, 1, 2]) {
        expect(Math.abs((found[channel] ?? 0) - (expected[channel] ?? 0))).toBeLessThanOrEqual(12);
      }
    }
  });

  it('is shrunk to the long side when it is larger, and never enlarged', async () => {
    const ruler = await makeRuler();
    expect(
      await cropSource(ruler, { x: 0, y: 0, width: 4000, height: 100 }, { longSidePx: 1000 }),
    ).toMatchObject({
      widthPx: 1000,
      heightPx: 25,
    });
    expect(await cropSource(ruler, { x: 7, y: 7, width: 1, height: 1 })).toMatchObject({
      widthPx: 1,
      heightPx: 1,
    });
  });

  // Upright, each of these has red, green, blue and yellow quarters of 24 × 16.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is counted in the upright source (orientation %d)',
    async (orientation) => {
      const quarter = (x: number, y: number) =>
        cropSource(readFixture(`orientation-${orientation}.jpg`), { x, y, width: 20, height: 12 });
      const [, green, blue] = [await quarter(2, 2), await quarter(26, 2), await quarter(2, 18)];
      const [r = 0, g = 0, b = 0] = (await readPixels(green?.bytes ?? new Uint8Array(0))).at(10, 6);
      expect([r < 10, g > 245, b < 10]).toEqual([true, true, true]);
      const [, , lower = 0] = (await readPixels(blue?.bytes ?? new Uint8Array(0))).at(10, 6);
      expect(lower).toBeGreaterThan(245);
    },
  );

  it.each(['grid.heic', 'rgb24.bmp', 'quarters.avif', 'three-pages.tif', 'three-frames.gif'])(
    'of %s',
    async (name) => {
      expect(await cropSource(readFixture(name), { x: 1, y: 2, width: 6, height: 4 })).toMatchObject({
        widthPx: 6,
        heightPx: 4,
      });
    },
  );

  it.each([
    [-1, 0, 10, 10],
    [0, 0, 49, 10],
    [0, 30, 10, 3],
    [0, 0, 0, 10],
    [0.5, 0, 10, 10],
  ])('outside of the source is refused: %d, %d, %d × %d', async (x, y, width, height) => {
    const crop = cropSource(readFixture('orientation-6.jpg'), { x, y, width, height });
    await expect(crop).rejects.toThrow(RangeError);
  });

  it('of what is no image is refused', async () => {
    await expect(cropSource(Buffer.from('a;b;c'), { x: 0, y: 0, width: 1, height: 1 })).rejects.toMatchObject(
      {
        code: 'UNSUPPORTED_MEDIA_TYPE',
      },
    );
  });
});

describe('tiles', () => {
  it('of 1000 over 2500 × 1800, overlapping by 100', () => {
    expect(
      planTiles({ widthPx: 2500, heightPx: 1800 }, { sidePx: 1000, overlapPx: 100 }).map(({ x, y }) => [
        x,
        y,
      ]),
    ).toEqual([
      [0, 0],
      [900, 0],
      [1500, 0],
      [0, 800],
      [900, 800],
      [1500, 800],
    ]);
  });

  it('cover every pixel and stay within the source', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 30 }),
        fc.nat(29),
        (widthPx, heightPx, sidePx, overlap) => {
          const overlapPx = Math.min(overlap, sidePx - 1);
          const covered = new Set<number>();
          for (const { x, y, width, height } of planTiles({ widthPx, heightPx }, { sidePx, overlapPx })) {
            for (let v = y; v < y + height; v++)
              for (let u = x; u < x + width; u++) covered.add(v * widthPx + u);
            expect(x >= 0 && y >= 0 && x + width <= widthPx && y + height <= heightPx).toBe(true);
          }
          expect(covered.size).toBe(widthPx * heightPx);
        },
      ),
    );
  });

  it('cannot overlap wholly', () => {
    expect(() => planTiles({ widthPx: 10, heightPx: 10 }, { sidePx: 5, overlapPx: 5 })).toThrow(RangeError);
  });
});
