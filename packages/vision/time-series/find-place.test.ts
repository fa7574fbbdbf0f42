import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeSeriesGeometry } from '../geometry.ts';
import { findPlace, placeRegion } from './find-place.ts';

const geometry: TimeSeriesGeometry = {
  kind: 'TIME_SERIES',
  style: 'PLOT',
  axis: 'TIMESTAMP',
  span: [1_000_000, 2_000_000],
  panels: [
    { channel: 'a', area: { x: 100, y: 50, width: 1000, height: 200 }, range: [-10, 30] },
    { channel: 'b', area: { x: 100, y: 300, width: 1000, height: 100 }, range: [0, 1] },
  ],
};

describe('findPlace', () => {
  it('gives the time and the values of a region, by hand', () => {
    expect(findPlace(geometry, { x: 350, y: 100, width: 500, height: 50 })).toEqual({
      span: [1_250_000, 1_750_000],
      channels: [{ channel: 'a', range: [10, 20] }],
    });
  });

  it('names every channel that a region touches and cuts it at the panels', () => {
    expect(findPlace(geometry, { x: 0, y: 150, width: 5000, height: 200 })).toEqual({
      span: [1_000_000, 2_000_000],
      channels: [
        { channel: 'a', range: [-10, 10] },
        { channel: 'b', range: [0.5, 1] },
      ],
    });
    expect(findPlace(geometry, { x: 100, y: 260, width: 10, height: 30 })).toBeUndefined();
  });

  it('and placeRegion undo each other', () => {
    const shape = fc.record({
      first: fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      length: fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
      low: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      height: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      x: fc.double({ min: 0, max: 0.9, noNaN: true }),
      y: fc.double({ min: 0, max: 0.9, noNaN: true }),
      side: fc.double({ min: 0.01, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(shape, ({ first, length, low, height, x, y, side }) => {
        const area = { x: 84, y: 60, width: 1092, height: 370 };
        const view: TimeSeriesGeometry = {
          ...geometry,
          span: [first, first + length],
          panels: [{ channel: 'a', area, range: [low, low + height] }],
        };
        const region = {
          x: area.x + x * area.width,
          y: area.y + y * area.height,
          width: side * area.width,
          height: side * area.height,
        };
        const place = findPlace(view, region);
        expect(place).toBeDefined();
        const [back] = place === undefined ? [] : placeRegion(view, place);
        // A hundredth of a pixel: instants far from 0 have no more digits.
        for (const key of ['x', 'y', 'width', 'height'] as const) {
          expect(Math.abs((back?.[key] ?? Number.NaN) - region[key])).toBeLessThan(
            1e-2 + (1e-12 * Math.abs(first) * 1092) / length + (1e-12 * Math.abs(low) * 370) / height,
          );
        }
      }),
    );
  });
});
