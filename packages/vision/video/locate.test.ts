import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VideoGeometry } from '../geometry.ts';
import { locateFrames, locateSpan, placeFrameRegion } from './locate.ts';
import { layOutMontage, writeCaptions } from './montage.ts';
import { readOrientation, turnBack, turnSize } from './orientation.ts';

const layout = layOutMontage(5, { widthPx: 640, heightPx: 360 }, 1024);
const geometry: VideoGeometry = {
  kind: 'VIDEO',
  layout: 'MONTAGE',
  frames: layout.areas.map((area, i) => ({ index: 10 + i * 20, timeMs: 400 + i * 800, area })),
  spanMs: [0, 4000],
  source: { widthPx: 640, heightPx: 360 },
  isMirrored: false,
  rotation: 0,
  codec: 'h264',
  durationMs: 4000,
  frameCount: 100,
  frameRate: 25,
  isFrameRateVariable: false,
};

describe('a region of a montage', () => {
  it('leads to a part of one frame and back', () => {
    const part = fc.record({
      frame: fc.integer({ min: 0, max: 4 }),
      x: fc.double({ min: 0, max: 0.9, noNaN: true }),
      y: fc.double({ min: 0, max: 0.9, noNaN: true }),
      size: fc.double({ min: 0.01, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(part, ({ frame, x, y, size }) => {
        const region = { x: x * 640, y: y * 360, width: size * 640, height: size * 360 };
        const index = 10 + frame * 20;
        const placed = placeFrameRegion(geometry, { index, region });
        const found = locateFrames(geometry, placed ?? { x: 0, y: 0, width: 0, height: 0 });
        expect(found).toHaveLength(1);
        expect(found[0]).toMatchObject({ index, timeMs: 400 + frame * 800 });
        for (const key of ['x', 'y', 'width', 'height'] as const) {
          expect(found[0]?.region[key]).toBeCloseTo(region[key], 6);
        }
      }),
    );
  });

  it('touches each frame that it overlaps, and none where there is none', () => {
    const [first, second] = layout.areas;
    const across = {
      x: (first?.x ?? 0) + 10,
      y: (first?.y ?? 0) + 10,
      width: (second?.x ?? 0) - (first?.x ?? 0),
      height: 5,
    };
    expect(locateFrames(geometry, across).map(({ index }) => index)).toEqual([10, 30]);
    expect(locateFrames(geometry, { x: 0, y: 0, width: layout.widthPx, height: 4 })).toEqual([]);
  });

  it('stands for the time up to half-way to the neighbours', () => {
    const area = (i: number) => layout.areas[i] ?? { x: 0, y: 0, width: 0, height: 0 };
    expect(locateSpan(geometry, area(0))).toEqual([0, 800]);
    expect(locateSpan(geometry, area(2))).toEqual([1600, 2400]);
    expect(locateSpan(geometry, area(4))).toEqual([3200, 4000]);
    expect(locateSpan(geometry, { x: 0, y: 0, width: 1, height: 1 })).toBeUndefined();
  });

  it('is in no frame that the view does not show', () => {
    expect(
      placeFrameRegion(geometry, { index: 11, region: { x: 0, y: 0, width: 1, height: 1 } }),
    ).toBeUndefined();
  });
});

describe('a montage', () => {
  it('keeps to its longest side, keeps frames apart and enlarges none', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 64 }),
      widthPx: fc.integer({ min: 16, max: 4096 }),
      heightPx: fc.integer({ min: 16, max: 4096 }),
      longSidePx: fc.integer({ min: 256, max: 4096 }),
    });
    fc.assert(
      fc.property(sizes, ({ count, widthPx, heightPx, longSidePx }) => {
        const made = layOutMontage(count, { widthPx, heightPx }, longSidePx);
        expect(Math.max(made.widthPx, made.heightPx)).toBeLessThanOrEqual(longSidePx);
        expect(made.frame.widthPx).toBeLessThanOrEqual(widthPx);
        expect(made.areas).toHaveLength(count);
        for (const [i, a] of made.areas.entries()) {
          expect(a.x + a.width <= made.widthPx && a.y + a.height <= made.heightPx).toBe(true);
          const next = made.areas[i + 1];
          if (next !== undefined) expect(next.x >= a.x + a.width || next.y >= a.y + a.height).toBe(true);
        }
      }),
    );
  });

  it('writes number and time over each frame', () => {
    expect(writeCaptions(120, 4800)[0]).toBe('#120  00:04.800');
    expect(writeCaptions(1, 33.3333)[0]).toBe('#1  00:00.033');
    expect(writeCaptions(9, 3_723_004)[0]).toBe('#9  01:02:03.004');
  });
});

describe('orientation', () => {
  // Matrices as ISO/IEC 14496-12 has them, in 16.16: a, b, u, c, d, v, x, y, w.
  const ONE = 65_536;
  it.each([
    [[ONE, 0, 0, 0, ONE, 0, 0, 0, 2 ** 30], { mirrored: false, rotation: 0 }],
    [[0, ONE, 0, -ONE, 0, 0, 0, 0, 2 ** 30], { mirrored: false, rotation: 90 }],
    [[-ONE, 0, 0, 0, -ONE, 0, 0, 0, 2 ** 30], { mirrored: false, rotation: 180 }],
    [[0, -ONE, 0, ONE, 0, 0, 0, 0, 2 ** 30], { mirrored: false, rotation: 270 }],
    [[-ONE, 0, 0, 0, ONE, 0, 0, 0, 2 ** 30], { mirrored: true, rotation: 0 }],
    [[ONE, 0, 0, 0, -ONE, 0, 0, 0, 2 ** 30], { mirrored: true, rotation: 180 }],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0], { mirrored: false, rotation: 0 }],
  ] as const)('of the matrix %j is %j', (matrix, expected) => {
    expect(readOrientation(Int32Array.from(matrix))).toEqual(expected);
  });

  it.each([0, 90, 180, 270] as const)('of %s° leads back to the stored pixel', (rotation) => {
    const stored = { widthPx: 8, heightPx: 6 };
    const orientation = { mirrored: true, rotation };
    const upright = turnSize(stored, orientation);
    // The top left pixel of the upright frame; where it was stored, turned by hand.
    const corner = { 0: [7, 0], 90: [7, 5], 180: [0, 5], 270: [0, 0] }[rotation];
    const { x, y, width, height } = turnBack({ x: 0, y: 0, width: 1, height: 1 }, stored, orientation);
    expect([x, y, width, height]).toEqual([...corner, 1, 1]);
    expect(upright.widthPx * upright.heightPx).toBe(48);
  });
});
