// Points drawn into a depth picture.

import { project } from './camera';

// @ts-ignore: decorator
@inline
function locate(u: v128, v: v128, d: v128, far: f32, width: i32, height: i32): v128 {
  // What is no number or too large becomes whatever the processor likes: NaN fails the comparison of the depth, and large
  // numbers stay large, of either sign.
  const column = i32x4.relaxed_trunc_f32x4_s(f32x4.floor(u));
  const row = i32x4.relaxed_trunc_f32x4_s(f32x4.floor(v));
  const inside = v128.and(
    v128.and(i32x4.lt_u(column, i32x4.splat(width)), i32x4.lt_u(row, i32x4.splat(height))),
    v128.and(f32x4.gt(d, f32x4.splat(0)), f32x4.lt(d, f32x4.splat(far))),
  );
  const at = i32x4.add(i32x4.mul(row, i32x4.splat(width)), column);
  return v128.bitselect(at, i32x4.splat(width * height), inside);
}

// @ts-ignore: decorator
@inline
function keepNearest(depths: usize, i: usize): void {
  const place = depths + load<u32>(BLOCK_PLACES + i);
  const depth = load<i32>(BLOCK_DEPTHS + i);
  const old = load<i32>(place);
  store<i32>(place, select<i32>(depth, old, depth < old));
}

/** Points whose places are found before any of them is drawn, so that the processor has many loads of pixels on their way at once. */
const BLOCK: usize = 512;
const BLOCK_PLACES: usize = memory.data(2048, 16);
const BLOCK_DEPTHS: usize = memory.data(2048, 16);

/**
 * Draws points into a depth picture, the nearest of each pixel staying. `camera`: 3 rows of 4 floats giving column, row
 * and depth. Points out of the frame, and NaN, go to the slot after the last pixel, so that no lane takes a branch.
 * x, y, z: `count` floats each, padded with NaN to a multiple of 4.
 */
export function splat(
  x: usize, y: usize, z: usize, count: i32, camera: usize, far: f32, depths: usize, width: i32, height: i32,
): void {
  const end = (<usize>count) << 2;
  for (let start: usize = 0; start < end; start += BLOCK << 2) {
    const bytes = min<usize>(BLOCK << 2, end - start);
    for (let i: usize = 0; i < bytes; i += 16) {
      const px = v128.load(x + start + i);
      const py = v128.load(y + start + i);
      const pz = v128.load(z + start + i);
      const d = project(camera, 2, px, py, pz);
      const at = locate(project(camera, 0, px, py, pz), project(camera, 1, px, py, pz), d, far, width, height);
      v128.store(BLOCK_PLACES + i, i32x4.shl(at, 2));
      v128.store(BLOCK_DEPTHS + i, d);
    }
    for (let i: usize = 0; i < bytes; i += 16) {
      keepNearest(depths, i);
      keepNearest(depths, i + 4);
      keepNearest(depths, i + 8);
      keepNearest(depths, i + 12);
    }
  }
}

/** Gives each pixel the value (32 bits) of the point that `splat` kept there. */
export function splatValues(
  x: usize, y: usize, z: usize, values: usize, count: i32, camera: usize, far: f32,
  depths: usize, picture: usize, width: i32, height: i32,
): void {
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const px = v128.load(x + i);
    const py = v128.load(y + i);
    const pz = v128.load(z + i);
    const d = project(camera, 2, px, py, pz);
    const at = locate(project(camera, 0, px, py, pz), project(camera, 1, px, py, pz), d, far, width, height);
    keepValue(depths, picture, i32x4.extract_lane(at, 0), i32x4.extract_lane(d, 0), load<i32>(values + i));
    keepValue(depths, picture, i32x4.extract_lane(at, 1), i32x4.extract_lane(d, 1), load<i32>(values + i, 4));
    keepValue(depths, picture, i32x4.extract_lane(at, 2), i32x4.extract_lane(d, 2), load<i32>(values + i, 8));
    keepValue(depths, picture, i32x4.extract_lane(at, 3), i32x4.extract_lane(d, 3), load<i32>(values + i, 12));
  }
}

// @ts-ignore: decorator
@inline
function keepValue(depths: usize, picture: usize, at: i32, depth: i32, value: i32): void {
  const place = (<usize>at) << 2;
  const old = load<i32>(picture + place);
  store<i32>(picture + place, select<i32>(value, old, depth == load<i32>(depths + place)));
}
