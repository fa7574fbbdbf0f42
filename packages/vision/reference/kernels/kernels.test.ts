import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchWindow } from '../compare/aligned.ts';
import { layCells } from '../compare/comparison.ts';
import { normaliseContrast } from '../features/contrast.ts';
import { DIMS, extractFeatures, type LabPlanes } from '../features/extract.ts';
import { addFloor, measureCovariance, whitenFeatures } from '../features/metric.ts';
import { blurPlainly, poolPlainly } from '../testing/plain-blur.ts';
import { normalisePlainly } from '../testing/plain-contrast.ts';
import { extractPlainly } from '../testing/plain-features.ts';
import { whitenPlainly } from '../testing/plain-metric.ts';
import { searchPlainly } from '../testing/plain-search.ts';
import { drawTexture } from '../testing/texture.ts';
import { blurWide, poolPlane } from './blur.ts';
import { takeKernels } from './kernels.ts';
import { createRandom } from './random.ts';

const sizes = fc.record({ width: fc.integer({ min: 5, max: 70 }), height: fc.integer({ min: 5, max: 50 }) });

function expectAlike(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs((found[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (!(difference <= tolerance)) expect(found[i], `at ${i}`).toBe(expected[i]);
  }
}

function drawPicture(width: number, height: number, seed: number): LabPlanes {
  const draw = (more: number) => drawTexture(width, height, seed + more);
  return { l: draw(0), a: draw(1), b: draw(2) };
}

describe('the kernels do what their twins in plain TypeScript do', () => {
  it('pooling, of any size, at any grid, also beyond the border', () => {
    const grids = fc.record({
      origin: fc.integer({ min: -30, max: 40 }),
      stride: fc.integer({ min: 1, max: 5 }),
      columns: fc.integer({ min: 1, max: 30 }),
      rows: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(sizes, grids, fc.constantFrom(0.8, 1, 2.49), ({ width, height }, grid, sigma) => {
        const plane = drawTexture(width, height, width * height);
        expectAlike(poolPlane(plane, sigma, grid).data, poolPlainly(plane, sigma, grid).data, 1e-3);
      }),
      { numRuns: 60 },
    );
  });

  it('wide blurs and local contrast', () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(2, 16), ({ width, height }, sigma) => {
        const plane = drawTexture(width, height, width + height);
        expectAlike(blurWide(plane, sigma).data, blurPlainly(plane, sigma).data, 1e-3);
        expectAlike(normaliseContrast(plane, sigma, 4).data, normalisePlainly(plane, sigma, 4).data, 1e-3);
      }),
      { numRuns: 40 },
    );
  });

  it('descriptors', () => {
    for (const [width, height] of [
      [96, 64],
      [92, 76],
      [320, 128],
    ] as const) {
      const picture = drawPicture(width, height, width);
      const cells = layCells(picture);
      expectAlike(extractFeatures(picture, cells).data, extractPlainly(picture, cells).data, 2e-3);
    }
  });

  it('whitening and the search of a window', () => {
    const picture = drawPicture(96, 64, 3);
    const cells = extractFeatures(picture, layCells(picture));
    const grid = layCells(picture);
    const dense = extractFeatures(drawPicture(96, 64, 8), {
      origin: -4,
      stride: 1,
      columns: (grid.columns - 1) * 2 + 9,
      rows: (grid.rows - 1) * 2 + 9,
    });
    const covariance = measureCovariance(cells.data, DIMS);
    addFloor(covariance, new Float64Array(DIMS).fill(0.1));
    const plain = Float32Array.from(cells.data);
    whitenPlainly(plain, covariance, DIMS);
    whitenFeatures(cells.data, covariance, DIMS);
    whitenFeatures(dense.data, covariance, DIMS);
    expectAlike(cells.data, plain, 2e-2);
    expectAlike(searchWindow(cells, dense), searchPlainly(cells, dense), 1e-3);
  });

  it('the memory bank: the nearest of all, and the nearest of all that are not beside', () => {
    const { run, load, reserve, floats, words, mark, release } = takeKernels();
    const before = mark();
    const random = createRandom(4);
    const [dims, size, count] = [8, 40, 25];
    const bank = Float32Array.from({ length: dims * size }, random);
    const data = Float32Array.from({ length: dims * count }, random);
    const [pictures, columns, rows] = [7, 3, 5].map((parts) =>
      Uint32Array.from({ length: size }, (_, i) => i % parts),
    ) as [Uint32Array, Uint32Array, Uint32Array];
    const measure = (one: Float32Array, i: number, j: number) =>
      Math.sqrt(
        Array.from(
          { length: dims },
          (_, k) => ((one[i * dims + k] ?? 0) - (bank[j * dims + k] ?? 0)) ** 2,
        ).reduce((sum, square) => sum + square, 0),
      );
    const entries = Array.from({ length: size }, (_, j) => j);
    const [indices, distances, rarities] = [reserve(count * 4), reserve(count * 4), reserve(size * 4)];
    const address = load(bank);
    run.searchBank(load(data), count, address, size, dims, indices, distances);
    run.measureRarity(address, size, dims, load(pictures), load(columns), load(rows), 1, rarities);
    const nearest = Array.from({ length: count }, (_, i) =>
      Math.min(...entries.map((j) => measure(data, i, j))),
    );
    expectAlike(floats(distances, count), nearest, 1e-5);
    for (let i = 0; i < count; i++) {
      expect(measure(data, i, words(indices, count)[i] ?? 0)).toBeCloseTo(nearest[i] ?? 0, 5);
    }
    const isBeside = (i: number, j: number) =>
      pictures[i] === pictures[j] &&
      Math.abs((columns[i] ?? 0) - (columns[j] ?? 0)) <= 1 &&
      Math.abs((rows[i] ?? 0) - (rows[j] ?? 0)) <= 1;
    const rarity = entries.map((i) =>
      Math.min(...entries.filter((j) => !isBeside(i, j)).map((j) => measure(bank, i, j))),
    );
    expectAlike(floats(rarities, size), rarity, 1e-5);
    release(before);
  });
});
