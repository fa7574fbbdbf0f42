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
  it.each([0, 4, 4096, 4100, 12_288, 20_004])('fill: %i words and no more', (count) => {
    const kernels = loadPointCloudKernels();
    const target = kernels.reserve((count + 4) * 4);
    kernels.words(target, count + 4).fill(7);
    kernels.run.fill(target, count, NOTHING);
    const expected = new Uint32Array(count + 4).fill(NOTHING, 0, count).fill(7, count);
    expect(kernels.words(target, count + 4)).toEqual(expected);
  });

  describe('splat', () => {
    type Columns = readonly [Float32Array, Float32Array, Float32Array];
    const FAR = 30;
    // Rows without mixing: no rounding tells the two apart.
    const CAMERA = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
    const beforeWidth = 31.999998092651367;
    const leastFloat = 2 ** -149;
    const coordinate = fc.oneof(
      { weight: 3, arbitrary: fc.float({ min: -2, max: 34, noNaN: true }) },
      // Edges of pixels, of the picture and of the depths.
      { weight: 2, arbitrary: fc.integer({ min: -1, max: WIDTH }) },
      fc.constantFrom(
        -0,
        leastFloat,
        -leastFloat,
        beforeWidth,
        FAR,
        Number.NaN,
        INFINITY,
        -INFINITY,
        3e38,
        -3e38,
      ),
    );
    const pointList = fc.array(fc.tuple(coordinate, coordinate, coordinate), { maxLength: 200 });

    function padColumns(list: readonly (readonly [number, number, number])[]): Columns {
      const padded = Math.ceil(list.length / 4) * 4;
      const column = (axis: 0 | 1 | 2) =>
        Float32Array.from({ length: padded }, (_, i) => list[i]?.[axis] ?? Number.NaN);
      return [column(0), column(1), column(2)];
    }

    function draw(columns: Columns, camera: readonly number[], far: number) {
      const kernels = loadPointCloudKernels();
      const count = columns[0].length;
      const depths = kernels.reserve((CELLS + 4) * 4);
      const picture = kernels.reserve((CELLS + 4) * 4);
      const addresses = columns.map((column) => writeFloats(kernels, column)) as [number, number, number];
      const rows = writeFloats(kernels, camera);
      const values = kernels.reserve(count * 4);
      // A point's value is its number, the first being 1.
      kernels.words(values, count).set(Uint32Array.from({ length: count }, (_, i) => i + 1));
      kernels.run.fill(depths, CELLS + 4, NOTHING);
      kernels.run.splat(...addresses, count, rows, far, depths, WIDTH, HEIGHT);
      kernels.run.splatValues(...addresses, values, count, rows, far, depths, picture, WIDTH, HEIGHT);
      return { depths: kernels.floats(depths, CELLS), picture: kernels.words(picture, CELLS) };
    }

    it('keeps the nearest point of each pixel', () => {
      fc.assert(
        fc.property(pointList, (list) => {
          const columns = padColumns(list);
          const { depths } = draw(columns, CAMERA, FAR);
          expect(depths).toEqual(splatPlainly(columns, CAMERA, FAR, WIDTH, HEIGHT));
        }),
      );
    });

    it('gives each pixel the value of its nearest point, of several the last', () => {
      fc.assert(
        fc.property(pointList, (list) => {
          const { depths, picture } = draw(padColumns(list), CAMERA, FAR);
          const expected = new Uint32Array(CELLS);
          for (const [i, point] of list.entries()) {
            const [column, row, depth] = point.map(Math.fround) as [number, number, number];
            const at = Math.floor(row) * WIDTH + Math.floor(column);
            const isInside = column >= 0 && column < WIDTH && row >= 0 && row < HEIGHT;
            if (isInside && depth < FAR && depth === depths[at]) expected[at] = i + 1;
          }
          expect(picture).toEqual(expected);
        }),
      );
    });

    it('draws every point of many blocks, the last one a part', () => {
      const random = createRandom(3);
      const list = Array.from({ length: 1700 }, () => [40 * random(), 30 * random(), 40 * random()] as const);
      const columns = padColumns(list);
      const { depths } = draw(columns, CAMERA, FAR);
      expect(depths).toEqual(splatPlainly(columns, CAMERA, FAR, WIDTH, HEIGHT));
    });

    it.each([0, 1, 2])('leaves out a point whose place is no number in row %i of the camera alone', (row) => {
      const camera = [0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5];
      camera.splice(row * 4, 2, 4, -4);
      // 4 × 3e38 - 4 × 3e38 is infinity less infinity in float32, while the other rows are 3, 4 or 5.
      const columns = padColumns([[3e38, 3e38, 0]]);
      expect(draw(columns, camera, FAR).depths).toEqual(new Float32Array(CELLS).fill(INFINITY));
    });
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
