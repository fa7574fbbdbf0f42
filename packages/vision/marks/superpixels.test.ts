import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSmallRegions } from './join-small-regions.ts';
import { convertToLab } from './lab.ts';
import { type Segmentation, segmentGrid } from './segmentation.ts';
import { segmentSuperpixels } from './superpixels.ts';

/** Pieces of equal labels, counted by flooding: another way than the code under test. */
function countPieces({ labels, widthPx, heightPx }: Segmentation): number {
  const seen = new Set<number>();
  let pieces = 0;
  for (let start = 0; start < labels.length; start++) {
    if (seen.has(start)) continue;
    pieces += 1;
    const queue = [start];
    seen.add(start);
    for (let pixel = queue.pop(); pixel !== undefined; pixel = queue.pop()) {
      const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)];
      const around = [
        x > 0 ? pixel - 1 : -1,
        x < widthPx - 1 ? pixel + 1 : -1,
        y > 0 ? pixel - widthPx : -1,
        y < heightPx - 1 ? pixel + widthPx : -1,
      ];
      for (const next of around) {
        if (next < 0 || seen.has(next) || labels[next] !== labels[pixel]) continue;
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return pieces;
}

/** A blue disk on red, with noise. */
function drawDisk(side: number, radius: number) {
  const data = new Uint8Array(side * side * 3);
  let state = 1;
  for (let pixel = 0; pixel < side * side; pixel++) {
    const inside = Math.hypot((pixel % side) - side / 2, Math.floor(pixel / side) - side / 2) < radius;
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = (state >>> 28) - 8;
    data.set(inside ? [30, 40 + noise, 200] : [200, 50 + noise, 40], pixel * 3);
  }
  return { data, widthPx: side, heightPx: side };
}

describe('superpixels', () => {
  it('follow the outline of an object: no region is both disk and ground', async () => {
    const picture = drawDisk(200, 60);
    const { labels, count } = await segmentSuperpixels(picture, { regions: 40 });
    const inside = new Float64Array(count);
    const sizes = new Float64Array(count);
    labels.forEach((label, pixel) => {
      sizes[label] = (sizes[label] ?? 0) + 1;
      if ((picture.data[pixel * 3] ?? 0) < 100) inside[label] = (inside[label] ?? 0) + 1;
    });
    const wrong = inside.reduce((sum, part, label) => sum + Math.min(part, (sizes[label] ?? 0) - part), 0);
    // Under one per cent of the pixels: the blur moves an edge by a fraction of a pixel.
    expect(wrong / labels.length).toBeLessThan(0.01);
  });

  it('are one piece each, about as many as asked for, and cover everything', async () => {
    const segmentation = await segmentSuperpixels(drawDisk(160, 50), { regions: 30 });
    expect(countPieces(segmentation)).toBe(segmentation.count);
    expect(new Set(segmentation.labels).size).toBe(segmentation.count);
    expect(segmentation.count).toBeGreaterThanOrEqual(24);
    expect(segmentation.count).toBeLessThanOrEqual(40);
  });

  it('are the same for the same picture', async () => {
    const one = await segmentSuperpixels(drawDisk(100, 30));
    const other = await segmentSuperpixels(drawDisk(100, 30));
    expect(other.labels).toEqual(one.labels);
  });

  it('of any small picture are pieces without gaps', async () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 24 }),
      height: fc.integer({ min: 1, max: 24 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 2, max: 60 }), async ({ width, height }, regions) => {
        const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 251);
        const segmentation = await segmentSuperpixels(
          { data, widthPx: width, heightPx: height },
          { regions },
        );
        expect(countPieces(segmentation)).toBe(segmentation.count);
      }),
      { numRuns: 40 },
    );
  });

  it.each([{ regions: 1 }, { regions: 1001 }, { compactness: 0 }])(
    'options out of range are refused: %j',
    async (options) => {
      await expect(segmentSuperpixels(drawDisk(20, 5), options)).rejects.toThrow(RangeError);
    },
  );
});

describe('small pieces', () => {
  it('join the neighbour with the longest common border', () => {
    // The lone 2 touches 1 on three sides and 0 on one; the lone 3 in the corner touches 0 alone.
    const labels = Uint16Array.from(
      [
        [3, 0, 0, 1, 1, 1],
        [0, 0, 0, 2, 1, 1],
        [0, 0, 0, 1, 1, 1],
      ].flat(),
    );
    const joined = joinSmallRegions(labels, { widthPx: 6, heightPx: 3 }, 4);
    expect(joined.count).toBe(2);
    expect(Array.from(joined.labels)).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
  });

  it('two pieces of one label become two regions', () => {
    const labels = Uint16Array.from([5, 5, 9, 5, 5]);
    expect(joinSmallRegions(labels, { widthPx: 5, heightPx: 1 }, 1).labels).toEqual(
      Uint16Array.from([0, 0, 1, 2, 2]),
    );
  });
});

describe('L*a*b*', () => {
  // White, black and the primaries as Lindbloom's calculator gives them for sRGB and D65.
  it.each([
    [
      [255, 255, 255],
      [100, 0, 0],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
    [
      [255, 0, 0],
      [53.24, 80.09, 67.2],
    ],
    [
      [0, 255, 0],
      [87.73, -86.18, 83.18],
    ],
    [
      [0, 0, 255],
      [32.3, 79.19, -107.86],
    ],
  ])('of %j is %j', (rgb, expected) => {
    const lab = convertToLab(Uint8Array.from(rgb));
    expected.forEach((value, at) => {
      expect(Math.abs((lab[at] ?? 0) - value)).toBeLessThan(0.15);
    });
  });
});

describe('grids', () => {
  it('have cells as equal as whole pixels allow', () => {
    const { labels, count } = segmentGrid({ widthPx: 5, heightPx: 2 }, { columns: 2, rows: 2 });
    expect(count).toBe(4);
    expect(Array.from(labels)).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 3, 3]);
  });

  it.each([
    [0, 1],
    [6, 1],
    [1, 3],
    [1.5, 1],
  ])('of %d × %d cells on 5 × 2 pixels are refused', (columns, rows) => {
    expect(() => segmentGrid({ widthPx: 5, heightPx: 2 }, { columns, rows })).toThrow(RangeError);
  });
});
