import { describe, expect, it } from 'vitest';
import { blurPlane, blurWide, poolPlane } from './blur.ts';
import { createPlane, halvePlane, type Plane, readQuantile, samplePlane } from './plane.ts';

function drawDot(size: number): Plane {
  const plane = createPlane(size, size);
  plane.data[(size >> 1) * size + (size >> 1)] = 1;
  return plane;
}

/** Variance along x of the mass in a plane, in square pixels. */
function measureSpread({ width, data }: Plane): number {
  let mass = 0;
  let squares = 0;
  data.forEach((value, i) => {
    mass += value;
    squares += value * ((i % width) - (width >> 1)) ** 2;
  });
  return squares / mass;
}

describe('blurring', () => {
  it('spreads a dot to the variance of the Gaussian', () => {
    expect(measureSpread(blurPlane(drawDot(65), 3))).toBeCloseTo(9, 0);
    expect(Math.sqrt(measureSpread(blurWide(drawDot(129), 10)))).toBeCloseTo(10, 0);
  });

  it('leaves an even plane even, up to its borders', () => {
    const even = { width: 20, height: 12, data: new Float32Array(240).fill(7) };
    for (const value of [...blurPlane(even, 2).data, ...blurWide(even, 16).data])
      expect(value).toBeCloseTo(7, 4);
  });
});

describe('poolPlane', () => {
  it('gives the blurred plane at the places of the grid, also beyond the border', () => {
    const plane = createPlane(24, 16);
    plane.data.forEach((_, i) => {
      plane.data[i] = ((i * 37) % 101) / 10;
    });
    const blurred = blurPlane(plane, 1.5);
    const pooled = poolPlane(plane, 1.5, { origin: 1, stride: 4, columns: 6, rows: 4 });
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 6; column++) {
        const expected = blurred.data[(1 + 4 * row) * 24 + 1 + 4 * column] ?? 0;
        expect(pooled.data[row * 6 + column]).toBeCloseTo(expected, 4);
      }
    }
    const outside = poolPlane(plane, 1, { origin: -20, stride: 1, columns: 1, rows: 1 });
    expect(outside.data[0]).toBeCloseTo(plane.data[0] ?? -1, 4);
  });
});

describe('planes', () => {
  it('halve to the means of their blocks', () => {
    const plane = { width: 4, height: 2, data: Float32Array.from([1, 3, 5, 7, 1, 3, 5, 7]) };
    expect([...halvePlane(plane).data]).toEqual([2, 6]);
  });

  it('are read between pixels by bilinear interpolation and outside by their border', () => {
    const plane = { width: 2, height: 2, data: Float32Array.from([0, 10, 20, 30]) };
    expect(samplePlane(plane, 0.5, 0.5)).toBeCloseTo(15);
    expect(samplePlane(plane, 0.25, 0)).toBeCloseTo(2.5);
    expect(samplePlane(plane, 9, -9)).toBeCloseTo(10);
  });

  it('have a median and quantiles', () => {
    expect(readQuantile([5, 1, 3], 0.5)).toBe(3);
    expect(readQuantile([5, 1, 3], 1)).toBe(5);
    expect(readQuantile([], 0.5)).toBe(0);
  });
});
