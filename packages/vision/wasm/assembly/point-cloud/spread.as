// Holes between points filled from the nearest seen pixel, and the outline kept where it was.

import { NOTHING } from './depth-picture';

/**
 * Distance, in pixels, to the nearest seen pixel of the same column, and the value there. Further than `far` pixels
 * counts as `far`.
 */
export function spreadColumns(
  depths: usize, values: usize, distances: usize, spread: usize, width: i32, height: i32, far: f32,
): void {
  const stride = (<usize>width) << 2;
  const limit = f32x4.splat(far);
  const one = f32x4.splat(1);
  const nothing = i32x4.splat(NOTHING);
  for (let row = 0; row < height; row++) {
    for (let x: usize = 0; x < stride; x += 16) {
      const at = <usize>row * stride + x;
      const empty = i32x4.eq(v128.load(depths + at), nothing);
      let distance = limit;
      let value = v128.load(values + at);
      if (row > 0) {
        distance = f32x4.pmin(limit, f32x4.add(v128.load(distances + at - stride), one));
        value = v128.bitselect(v128.load(spread + at - stride), value, empty);
      }
      v128.store(distances + at, v128.and(distance, empty));
      v128.store(spread + at, value);
    }
  }
  for (let row = height - 2; row >= 0; row--) {
    for (let x: usize = 0; x < stride; x += 16) {
      const at = <usize>row * stride + x;
      const own = v128.load(distances + at);
      const below = f32x4.add(v128.load(distances + at + stride), one);
      const closer = f32x4.lt(below, own);
      v128.store(distances + at, v128.bitselect(below, own, closer));
      v128.store(spread + at, v128.bitselect(v128.load(spread + at + stride), v128.load(spread + at), closer));
    }
  }
}

/**
 * After `spreadColumns`: the squared distance to the nearest seen pixel within `reach` columns, and the value there. The
 * outermost columns, `reach` made a multiple of 4, are far from everything.
 */
export function spreadRows(
  distances: usize, spread: usize, squares: usize, values: usize, width: i32, height: i32, reach: i32,
): void {
  const stride = (<usize>width) << 2;
  const first = (<usize>((reach + 3) & ~3)) << 2;
  const nothing = i32x4.splat(NOTHING);
  for (let row = 0; row < height; row++) {
    for (let x: usize = 0; x < first; x += 16) {
      v128.store(squares + x, nothing);
      v128.store(values + x, nothing);
      v128.store(squares + stride - first + x, nothing);
      v128.store(values + stride - first + x, nothing);
    }
    for (let x = first; x < stride - first; x += 16) {
      const own = v128.load(distances + x);
      let best = f32x4.mul(own, own);
      let value = v128.load(spread + x);
      for (let step = 1; step <= reach; step++) {
        const offset = (<usize>step) << 2;
        const square = f32x4.splat(<f32>(step * step));
        const left = v128.load(distances + x - offset);
        const toLeft = f32x4.add(f32x4.mul(left, left), square);
        value = v128.bitselect(v128.load(spread + x - offset), value, f32x4.lt(toLeft, best));
        best = f32x4.pmin(best, toLeft);
        const right = v128.load(distances + x + offset);
        const toRight = f32x4.add(f32x4.mul(right, right), square);
        value = v128.bitselect(v128.load(spread + x + offset), value, f32x4.lt(toRight, best));
        best = f32x4.pmin(best, toRight);
      }
      v128.store(squares + x, best);
      v128.store(values + x, value);
    }
    distances += stride;
    spread += stride;
    squares += stride;
    values += stride;
  }
}

/**
 * Distance in 16 bits, in pixels and at most `far`, to the nearest pixel of the same column whose square (a float) is
 * above `limit`: to the outside of what lies near a seen pixel.
 */
export function measureColumns(
  squares: usize, distances: usize, width: i32, height: i32, limit: f32, far: i32,
): void {
  const stride = (<usize>width) << 1;
  const most = f32x4.splat(limit);
  const one = i16x8.splat(1);
  const furthest = i16x8.splat(<i16>far);
  for (let row = 0; row < height; row++) {
    for (let x: usize = 0; x < stride; x += 16) {
      const at = squares + ((<usize>row * stride + x) << 1);
      const near = i16x8.narrow_i32x4_s(f32x4.le(v128.load(at), most), f32x4.le(v128.load(at, 16), most));
      const place = distances + <usize>row * stride + x;
      const before = row > 0 ? i16x8.min_u(i16x8.add(v128.load(place - stride), one), furthest) : furthest;
      v128.store(place, v128.and(before, near));
    }
  }
  for (let row = height - 2; row >= 0; row--) {
    for (let x: usize = 0; x < stride; x += 16) {
      const place = distances + <usize>row * stride + x;
      v128.store(place, i16x8.min_u(v128.load(place), i16x8.add(v128.load(place + stride), one)));
    }
  }
}

/**
 * After `measureColumns`: empties the pixels of a depth picture whose squared distance to the outside, within `reach`
 * columns, is not above `limit`. The outermost columns, `reach` made a multiple of 8, are emptied.
 */
export function carve(
  depths: usize, distances: usize, width: i32, height: i32, reach: i32, limit: i32,
): void {
  const stride = (<usize>width) << 1;
  const first = (<usize>((reach + 7) & ~7)) << 1;
  const most = i16x8.splat(<i16>limit);
  const nothing = i32x4.splat(NOTHING);
  for (let row = 0; row < height; row++) {
    for (let x: usize = 0; x < first << 1; x += 16) {
      v128.store(depths + x, nothing);
      v128.store(depths + ((stride - first) << 1) + x, nothing);
    }
    for (let x = first; x < stride - first; x += 16) {
      const own = v128.load(distances + x);
      let best = i16x8.mul(own, own);
      for (let step = 1; step <= reach; step++) {
        const offset = (<usize>step) << 1;
        const side = i16x8.min_u(v128.load(distances + x - offset), v128.load(distances + x + offset));
        best = i16x8.min_u(best, i16x8.add(i16x8.mul(side, side), i16x8.splat(<i16>(step * step))));
      }
      const kept = i16x8.gt_u(best, most);
      const at = depths + (x << 1);
      v128.store(at, v128.bitselect(v128.load(at), nothing, i32x4.extend_low_i16x8_s(kept)));
      v128.store(at, v128.bitselect(v128.load(at, 16), nothing, i32x4.extend_high_i16x8_s(kept)), 16);
    }
    depths += stride << 1;
    distances += stride;
  }
}
