// Where the points of a cloud lie.

import { project } from './camera';
import { addLanes } from './lanes';

/**
 * Least and greatest of the three projections of the points inside a box. `box`: 3 pairs of float32, least and greatest
 * x, y, z. `bounds`: 6 floats out, least and greatest of each row of `camera`; +Infinity, -Infinity without any point.
 */
export function measure(
  x: usize, y: usize, z: usize, count: i32, camera: usize, box: usize, bounds: usize,
): void {
  const most = f32x4.splat(f32.MAX_VALUE);
  let u0 = most, u1 = f32x4.neg(most), v0 = most, v1 = f32x4.neg(most), d0 = most, d1 = f32x4.neg(most);
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const px = v128.load(x + i);
    const py = v128.load(y + i);
    const pz = v128.load(z + i);
    const inside = v128.and(v128.and(isWithin(px, box), isWithin(py, box + 8)), isWithin(pz, box + 16));
    const u = project(camera, 0, px, py, pz);
    const v = project(camera, 1, px, py, pz);
    const d = project(camera, 2, px, py, pz);
    u0 = v128.bitselect(f32x4.pmin(u0, u), u0, inside);
    u1 = v128.bitselect(f32x4.pmax(u1, u), u1, inside);
    v0 = v128.bitselect(f32x4.pmin(v0, v), v0, inside);
    v1 = v128.bitselect(f32x4.pmax(v1, v), v1, inside);
    d0 = v128.bitselect(f32x4.pmin(d0, d), d0, inside);
    d1 = v128.bitselect(f32x4.pmax(d1, d), d1, inside);
  }
  store<f32>(bounds, least(u0));
  store<f32>(bounds, -least(f32x4.neg(u1)), 4);
  store<f32>(bounds, least(v0), 8);
  store<f32>(bounds, -least(f32x4.neg(v1)), 12);
  store<f32>(bounds, least(d0), 16);
  store<f32>(bounds, -least(f32x4.neg(d1)), 20);
}

/** `measure` without a box: all points that are not NaN, infinite ones included. */
export function measureAll(x: usize, y: usize, z: usize, count: i32, camera: usize, bounds: usize): void {
  const most = f32x4.splat(Infinity);
  let u0 = most, u1 = most, v0 = most, v1 = most, d0 = most, d1 = most;
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const px = v128.load(x + i);
    const py = v128.load(y + i);
    const pz = v128.load(z + i);
    const u = project(camera, 0, px, py, pz);
    const v = project(camera, 1, px, py, pz);
    const d = project(camera, 2, px, py, pz);
    u0 = f32x4.pmin(u0, u);
    v0 = f32x4.pmin(v0, v);
    d0 = f32x4.pmin(d0, d);
    u1 = f32x4.pmin(u1, f32x4.neg(u));
    v1 = f32x4.pmin(v1, f32x4.neg(v));
    d1 = f32x4.pmin(d1, f32x4.neg(d));
  }
  store<f32>(bounds, least(u0));
  store<f32>(bounds, -least(u1), 4);
  store<f32>(bounds, least(v0), 8);
  store<f32>(bounds, -least(v1), 12);
  store<f32>(bounds, least(d0), 16);
  store<f32>(bounds, -least(d1), 20);
}

/** Counts points equal to `at` (3 floats) in the low half of the result, and those with any NaN in the high half. */
export function countMissing(x: usize, y: usize, z: usize, count: i32, at: usize): i64 {
  let equal = i32x4.splat(0);
  let missing = i32x4.splat(0);
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const px = v128.load(x + i);
    const py = v128.load(y + i);
    const pz = v128.load(z + i);
    const here = v128.and(
      v128.and(f32x4.eq(px, v128.load32_splat(at)), f32x4.eq(py, v128.load32_splat(at, 4))),
      f32x4.eq(pz, v128.load32_splat(at, 8)),
    );
    equal = i32x4.sub(equal, here);
    missing = i32x4.sub(missing, v128.or(v128.or(f32x4.ne(px, px), f32x4.ne(py, py)), f32x4.ne(pz, pz)));
  }
  return (addLanes(missing) << 32) | addLanes(equal);
}

// @ts-ignore: decorator
@inline
function isWithin(value: v128, pair: usize): v128 {
  return v128.and(f32x4.ge(value, v128.load32_splat(pair)), f32x4.le(value, v128.load32_splat(pair, 4)));
}

// @ts-ignore: decorator
@inline
function least(value: v128): f32 {
  return min(
    min(f32x4.extract_lane(value, 0), f32x4.extract_lane(value, 1)),
    min(f32x4.extract_lane(value, 2), f32x4.extract_lane(value, 3)),
  );
}
