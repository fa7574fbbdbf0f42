import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PointCloudGeometry, Vector } from '../../geometry.ts';
import { makeCloud } from '../testing/make-cloud.ts';
import { createRandom } from '../testing/random.ts';
import { cross, dot } from '../vectors.ts';
import { AUTO_CAMERAS, findCamera, TILT_CAMERAS } from './cameras.ts';
import { isPointInRegion, locatePoint, projectPoint } from './locate.ts';
import { findPrincipalAxes } from './principal-axes.ts';

const PRINCIPAL: readonly [Vector, Vector, Vector] = [
  [0, 1, 0],
  [0, 0, 1],
  [1, 0, 0],
];
const NAMES = [
  'front',
  'back',
  'left',
  'right',
  'top',
  'bottom',
  'isometric',
  'isometric-back',
  ...TILT_CAMERAS,
  ...AUTO_CAMERAS,
];

describe('cameras', () => {
  it.each(['Z_UP', 'Y_UP', 'SENSOR', 'SENSOR_Y_UP'] as const)(
    'of %s are right-handed and not mirrored',
    (axes) => {
      for (const name of NAMES) {
        const { right, down, forward } = findCamera(name, axes, () => PRINCIPAL);
        for (const [axis, value] of cross(right, down).entries())
          expect(value).toBeCloseTo(forward[axis] ?? 0, 9);
        for (const axis of [right, down, forward]) expect(dot(axis, axis)).toBeCloseTo(1, 9);
      }
    },
  );

  it('look where their names say', () => {
    const forward = (name: string) =>
      findCamera(name, 'Z_UP', () => PRINCIPAL).forward.map((value) => value + 0);
    expect(forward('front')).toEqual([0, 1, 0]);
    expect(forward('back')).toEqual([0, -1, 0]);
    expect(forward('top')).toEqual([0, 0, -1]);
    // Standing on the left, one looks to the right.
    expect(forward('left')).toEqual([1, 0, 0]);
    expect(forward('isometric').map(Math.sign)).toEqual([-1, 1, -1]);
    expect(findCamera('top', 'Y_UP', () => PRINCIPAL).forward.map((value) => value + 0)).toEqual([0, -1, 0]);
  });

  it('tilt by 15 degrees, 27 ways', () => {
    expect(TILT_CAMERAS).toHaveLength(27);
    const front = findCamera('front', 'SENSOR', () => PRINCIPAL);
    for (const name of TILT_CAMERAS) {
      const { forward } = findCamera(name, 'SENSOR', () => PRINCIPAL);
      const degrees = (Math.acos(Math.min(1, dot(forward, front.forward))) * 180) / Math.PI;
      const turned = name.slice(0, name.indexOf('z')).match(/15/g)?.length ?? 0;
      expect(degrees).toBeCloseTo([0, 15, 21.09][turned] ?? 0, 1);
    }
  });
});

describe('principal axes', () => {
  it('are those of a turned box, long to flat, and the same again for the box elsewhere', () => {
    const random = createRandom(4);
    const [cosine, sine] = [Math.cos(0.5), Math.sin(0.5)];
    const box = Array.from({ length: 4000 }, (): Vector => {
      const [a, b, c] = [8 * random() ** 2, 3 * random() ** 2, random()];
      return [cosine * a - sine * b, sine * a + cosine * b, c];
    });
    const everywhere = [
      [-1e9, 1e9],
      [-1e9, 1e9],
      [-1e9, 1e9],
    ] as const;
    const axes = findPrincipalAxes(makeCloud(box), everywhere);
    expect(Math.abs(dot(axes[0], [cosine, sine, 0]))).toBeGreaterThan(0.99);
    expect(Math.abs(dot(axes[2], [0, 0, 1]))).toBeGreaterThan(0.99);
    const moved = box.map(([x, y, z]): Vector => [x + 70, y - 20, z + 5]);
    const again = findPrincipalAxes(makeCloud(moved), everywhere);
    for (const index of [0, 1, 2] as const) expect(dot(axes[index], again[index])).toBeGreaterThan(0.999);
  });
});

describe('a region of a view', () => {
  const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const geometries = fc
    .record({
      name: fc.constantFrom(...NAMES),
      axes: fc.constantFrom('Z_UP', 'Y_UP', 'SENSOR'),
      origin: fc.tuple(coordinate, coordinate, coordinate),
      unitsPerPx: fc.double({ min: 1e-4, max: 100, noNaN: true }),
    })
    .map(
      ({ name, axes, origin, unitsPerPx }): PointCloudGeometry => ({
        kind: 'POINT_CLOUD',
        camera: name,
        style: 'DEPTH',
        origin,
        ...findCamera(name, axes, () => PRINCIPAL),
        unitsPerPx,
        range: [0, 1],
      }),
    );
  const place = fc.record({
    x: fc.double({ min: 0, max: 1000, noNaN: true }),
    y: fc.double({ min: 0, max: 1000, noNaN: true }),
    depth: fc.double({ min: 0, max: 1000, noNaN: true }),
  });

  it('leads to the source and back', () => {
    fc.assert(
      fc.property(geometries, place, (geometry, from) => {
        const point = locatePoint(geometry, from);
        const to = projectPoint(geometry, point);
        expect(to.x * geometry.unitsPerPx).toBeCloseTo(from.x * geometry.unitsPerPx, 6);
        expect(to.y * geometry.unitsPerPx).toBeCloseTo(from.y * geometry.unitsPerPx, 6);
        expect(to.depth).toBeCloseTo(from.depth, 6);
        const around = { x: from.x - 0.5, y: from.y - 0.5, width: 1, height: 1 };
        expect(isPointInRegion(geometry, around, point, [from.depth - 1, from.depth + 1])).toBe(true);
        expect(isPointInRegion(geometry, { ...around, x: from.x + 1 }, point)).toBe(false);
      }),
    );
  });
});
