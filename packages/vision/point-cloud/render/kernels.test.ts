import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splatPlainly } from '../testing/plain-splat.ts';
import { createRandom } from '../testing/random.ts';
import { chooseTicks } from './colour-bar.ts';
import { loadPointCloudKernels, type PointCloudKernels } from './kernels.ts';

const NOTHING = 0x7f800000;
const INFINITY = Number.POSITIVE_INFINITY;
const WIDTH = 32;
const HEIGHT = 24;
const CELLS = WIDTH * HEIGHT;

function writeFloats(kernels: PointCloudKernels, values: ArrayLike<number>): number {
  const address = kernels.reserve((values.length + 4) * 4);
  kernels.floats(address, values.length).set(values);
  return address;
}

function makePicture(random: () => number, seenShare: number): Float32Array {
  return Float32Array.from({ length: CELLS }, () => (random() < seenShare ? 1 + 40 * random() : INFINITY));
}

describe('the kernels do what plain loops do', () => {
  it('splat', () => {
    const coordinate = fc.oneof(
      fc.float({ min: -2, max: 34, noNaN: true }),
      fc.constantFrom(Number.NaN, INFINITY, -INFINITY, 3e38),
    );
    const points = fc.array(fc.tuple(coordinate, coordinate, coordinate), { maxLength: 200 });
    fc.assert(
      fc.property(points, (list) => {
        const kernels = loadPointCloudKernels();
        const padded = Math.ceil(list.length / 4) * 4;
        const [x, y, z] = ([0, 1, 2] as const).map((axis) =>
          Float32Array.from({ length: padded }, (_, i) => list[i]?.[axis] ?? Number.NaN),
        ) as [Float32Array, Float32Array, Float32Array];
        // Rows without mixing: no rounding tells the two apart.
        const camera = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
        const depths = kernels.reserve((CELLS + 4) * 4);
        const columns = [x, y, z].map((column) => writeFloats(kernels, column)) as [number, number, number];
        const rows = writeFloats(kernels, camera);
        kernels.run.fill(depths, CELLS + 4, NOTHING);
        kernels.run.splat(...columns, padded, rows, 30, depths, WIDTH, HEIGHT);
        expect(kernels.floats(depths, CELLS)).toEqual(splatPlainly([x, y, z], camera, 30, WIDTH, HEIGHT));
      }),
    );
  });

  it('halve', () => {
    const kernels = loadPointCloudKernels();
    const picture = makePicture(createRandom(1), 0.3);
    const half = kernels.reserve(CELLS);
    kernels.run.halve(writeFloats(kernels, picture), half, WIDTH, HEIGHT);
    const expected = Float32Array.from({ length: CELLS / 4 }, (_, i) => {
      const at = Math.floor(i / (WIDTH / 2)) * 2 * WIDTH + (i % (WIDTH / 2)) * 2;
      return Math.min(...[at, at + 1, at + WIDTH, at + WIDTH + 1].map((place) => picture[place] ?? 0));
    });
    expect(kernels.floats(half, CELLS / 4)).toEqual(expected);
  });

  it('spread: the exact distance to the nearest seen pixel, and a value that lies at that distance', () => {
    const kernels = loadPointCloudKernels();
    const picture = makePicture(createRandom(2), 0.03);
    const source = writeFloats(kernels, picture);
    const [distances, spread, squares, values] = [1, 2, 3, 4].map(() => kernels.reserve(CELLS * 4)) as [
      number,
      number,
      number,
      number,
    ];
    const reach = 4;
    kernels.run.spreadColumns(source, source, distances, spread, WIDTH, HEIGHT, reach + 1);
    kernels.run.spreadRows(distances, spread, squares, values, WIDTH, HEIGHT, reach);
    const seeds = [...picture.entries()].filter(([, depth]) => depth < INFINITY);
    for (let row = 0; row < HEIGHT; row++) {
      for (let column = reach; column < WIDTH - reach; column++) {
        const far = (at: number) => ((at % WIDTH) - column) ** 2 + (Math.floor(at / WIDTH) - row) ** 2;
        const nearest = Math.min(...seeds.map(([at]) => far(at)));
        if (nearest > reach ** 2) continue;
        const at = row * WIDTH + column;
        expect(kernels.floats(squares, CELLS)[at]).toBe(nearest);
        const candidates = seeds.filter(([seed]) => far(seed) === nearest).map(([, depth]) => depth);
        expect(candidates).toContain(kernels.floats(values, CELLS)[at]);
      }
    }
  });

  it('smooth: slopes stay as they are up to their edges', () => {
    const kernels = loadPointCloudKernels();
    const slope = Float32Array.from({ length: CELLS }, (_, i) => {
      const [column, row] = [i % WIDTH, Math.floor(i / WIDTH)];
      return column < 20 ? 5 + column * 0.5 + row * 0.25 : 100;
    });
    const target = kernels.reserve(CELLS * 4);
    kernels.run.smooth(writeFloats(kernels, slope), target, WIDTH, HEIGHT, 1, 2);
    expect(kernels.floats(target, CELLS)).toEqual(slope);
  });

  it('shade: a slope of 45 degrees towards the light is brighter than one away from it', () => {
    const light = (slope: number) => {
      const kernels = loadPointCloudKernels();
      const depths = Float32Array.from({ length: CELLS }, (_, i) => 50 + slope * (i % WIDTH));
      const target = kernels.reserve(CELLS * 4);
      kernels.run.shade(writeFloats(kernels, depths), target, WIDTH, HEIGHT, 0, 1, 1);
      return kernels.floats(target, CELLS)[WIDTH * 12 + 12] ?? 0;
    };
    // The key light by hand: (0.68 - 0.44 slope) / √(1 + slope²).
    expect(light(0)).toBeCloseTo(0.68, 5);
    expect(light(-1)).toBeCloseTo(1.12 / Math.SQRT2, 5);
    expect(light(1)).toBeCloseTo(0.24 / Math.SQRT2, 5);
  });
});

describe('ticks', () => {
  it.each([
    [0, 1, ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [0.013, 0.0986, ['0.02', '0.04', '0.06', '0.08']],
    [-3, 3, ['-3', '-2', '-1', '0', '1', '2', '3']],
  ])('from %s to %s are round', (low, high, expected) => {
    const { values, format } = chooseTicks(low, high);
    expect(values.map(format)).toEqual(expected);
  });

  it('lie within any range, at most seven', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        fc.double({ min: 1, max: 1e9, noNaN: true }),
        (low, span) => {
          const { values } = chooseTicks(low, low + span);
          expect(values.length).toBeLessThanOrEqual(7);
          for (const value of values) {
            expect(value).toBeGreaterThanOrEqual(low - span * 1e-6);
            expect(value).toBeLessThanOrEqual(low + span * (1 + 1e-6));
          }
        },
      ),
    );
  });
});
