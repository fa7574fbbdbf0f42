import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPixels } from '../fixtures/view-pixels.ts';
import { drawMarks } from './draw-marks.ts';
import { findInnerPlaces } from './place-numbers.ts';
import { packRuns, unpackRuns } from './run-lengths.ts';
import { segmentView } from './segment-view.ts';
import { NO_REGION, type Segmentation, segmentGrid } from './segmentation.ts';

function paint(background: string, side = 240): Promise<Buffer> {
  return sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer();
}

/** Share of pixels in a square around a place that are brighter than 200 and darker than 60. */
async function measureContrast(bytes: Uint8Array, x: number, y: number, reach: number) {
  const pixels = await readPixels(bytes);
  let [bright, dark, all] = [0, 0, 0];
  for (let v = y - reach; v < y + reach; v++) {
    for (let u = x - reach; u < x + reach; u++) {
      const [grey = 0] = pixels.at(u, v);
      all += 1;
      if (grey > 200) bright += 1;
      if (grey < 60) dark += 1;
    }
  }
  return { bright: bright / all, dark: dark / all };
}

describe('marks', () => {
  it.each(['#ffffff', '#000000', '#808080'])(
    'can be read on %s: white ink and black outline are both there',
    async (ground) => {
      const { bytes } = await drawMarks(
        await paint(ground),
        segmentGrid({ widthPx: 240, heightPx: 240 }, { columns: 2, rows: 2 }),
        { borders: false, sizePx: 24 },
      );
      const { bright, dark } = await measureContrast(bytes, 60, 60, 10);
      expect(bright).toBeGreaterThan(0.1);
      expect(dark).toBeGreaterThan(0.1);
    },
  );

  it('number the cells of a grid, each with its box', async () => {
    const { marks, widthPx, heightPx } = await drawMarks(
      await paint('#ffffff'),
      segmentGrid({ widthPx: 240, heightPx: 240 }, { columns: 2, rows: 3 }),
    );
    expect([widthPx, heightPx]).toEqual([240, 240]);
    expect(marks.map(({ number, rectangle }) => [number, rectangle])).toEqual([
      [1, { x: 0, y: 0, width: 120, height: 80 }],
      [2, { x: 120, y: 0, width: 120, height: 80 }],
      [3, { x: 0, y: 80, width: 120, height: 80 }],
      [4, { x: 120, y: 80, width: 120, height: 80 }],
      [5, { x: 0, y: 160, width: 120, height: 80 }],
      [6, { x: 120, y: 160, width: 120, height: 80 }],
    ]);
  });

  it('of a picture give every pixel to one mark', async () => {
    const photograph = readFileSync(new URL('../fixtures/candle.jpg', import.meta.url));
    const picture = await drawMarks(photograph, await segmentView(photograph, { regions: 20 }));
    expect(picture.mediaType).toBe('image/jpeg');
    const owners = new Uint8Array(picture.widthPx * picture.heightPx);
    for (const { rectangle, mask } of picture.marks) {
      const inside = unpackRuns(mask, rectangle.width * rectangle.height);
      inside.forEach((is, at) => {
        const x = rectangle.x + (at % rectangle.width);
        const y = rectangle.y + Math.floor(at / rectangle.width);
        owners[y * picture.widthPx + x] = (owners[y * picture.widthPx + x] ?? 0) + is;
      });
    }
    expect(owners.every((count) => count === 1)).toBe(true);
  });

  it('leave pixels away from numbers and borders as they were', async () => {
    const { bytes } = await drawMarks(
      await paint('#336699'),
      segmentGrid({ widthPx: 240, heightPx: 240 }, { columns: 2, rows: 2 }),
    );
    const pixels = await readPixels(bytes);
    expect([pixels.at(10, 10), pixels.at(100, 30), pixels.at(230, 200)]).toEqual(
      Array(3).fill([0x33, 0x66, 0x99]),
    );
    expect(pixels.at(119, 10)).not.toEqual([0x33, 0x66, 0x99]);
  });

  it('skip pixels that belong to no region', async () => {
    const labels = new Uint16Array(240 * 240).fill(NO_REGION);
    for (let y = 50; y < 100; y++) labels.fill(0, y * 240 + 30, y * 240 + 90);
    const { marks } = await drawMarks(await paint('#ffffff'), {
      widthPx: 240,
      heightPx: 240,
      labels,
      count: 1,
    });
    expect(marks).toEqual([
      { number: 1, rectangle: { x: 30, y: 50, width: 60, height: 50 }, mask: [0, 3000] },
    ]);
  });

  it('stay within the picture even where a region is a sliver at its edge', async () => {
    const labels = new Uint16Array(240 * 240);
    for (let y = 0; y < 240; y++) labels[y * 240 + 239] = 1;
    const { bytes } = await drawMarks(await paint('#ffffff'), {
      widthPx: 240,
      heightPx: 240,
      labels,
      count: 2,
    });
    const { dark } = await measureContrast(bytes, 232, 120, 7);
    expect(dark).toBeGreaterThan(0.1);
  });

  it('sizes out of range are refused', async () => {
    const grid = segmentGrid({ widthPx: 240, heightPx: 240 }, { columns: 1, rows: 1 });
    await expect(drawMarks(await paint('#ffffff'), grid, { sizePx: 500 })).rejects.toThrow(RangeError);
  });
});

describe('the place of a number', () => {
  it('is the middle of a rectangle and the knee of an L, never outside of its region', () => {
    const rows = ['1111111111', '1111111111', '1111111111', '1110000000', '1110000000', '1110000000'];
    const labels = Uint16Array.from(rows.join(''), Number);
    const segmentation: Segmentation = { widthPx: 10, heightPx: 6, labels, count: 2 };
    const [rectangle, knee] = findInnerPlaces(segmentation);
    expect(rectangle).toMatchObject({ y: 4.5, radius: 2 });
    expect(rectangle?.x).toBeGreaterThan(5);
    expect(labels[Math.floor(knee?.y ?? 0) * 10 + Math.floor(knee?.x ?? 0)]).toBe(1);
  });
});

describe('run lengths', () => {
  it('begin outside', () => {
    expect(packRuns(3, 2, (x, y) => x >= y)).toEqual([0, 3, 1, 2]);
    expect(packRuns(2, 1, () => false)).toEqual([2]);
  });

  it('give back any mask', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 100 }),
        (width, mask) => {
          const height = Math.ceil(mask.length / width);
          const runs = packRuns(width, height, (x, y) => mask[y * width + x] ?? false);
          const back = unpackRuns(runs, width * height);
          mask.forEach((inside, at) => {
            expect(back[at]).toBe(inside ? 1 : 0);
          });
        },
      ),
    );
  });
});
