// Points drawn into a depth picture.

import { project } from './camera';

/** Points whose places are found before any of them is drawn, so that the processor has many loads of pixels on their way at once. */
const BLOCK: usize = 512;
const BLOCK_BYTES: usize = BLOCK << 2;
const CACHE_LINE: usize = 64;
const PLACES: usize = memory.data(2048, 16);
const DEPTHS: usize = memory.data(2048, 16);

/**
 * Writes the address of each point's pixel to PLACES and its depth to DEPTHS, for `bytes` bytes of each coordinate. Points out of
 * the frame, and NaN, go to the slot after the last pixel, so that no lane takes a branch.
 */
// @ts-ignore: decorator
@inline
function place(
  x: usize, y: usize, z: usize, bytes: usize, camera: usize, far: f32, depths: usize, width: i32, height: i32,
): void {
  const zero = f32x4.splat(0);
  const right = f32x4.splat(<f32>width);
  const bottom = f32x4.splat(<f32>height);
  const back = f32x4.splat(far);
  const first = i32x4.splat(<i32>depths);
  const stride = i32x4.splat(width << 2);
  const spare = i32x4.splat(<i32>depths + ((width * height) << 2));
  for (let i: usize = 0; i < bytes; i += 16) {
    const px = v128.load(x + i);
    const py = v128.load(y + i);
    const pz = v128.load(z + i);
    const d = project(camera, 2, px, py, pz);
    const u = project(camera, 0, px, py, pz);
    const v = project(camera, 1, px, py, pz);
    // One of u and v may be NaN and pass the first comparison: it fails its own.
    const inside = v128.and(
      v128.and(f32x4.ge(f32x4.pmin(u, v), zero), v128.and(f32x4.lt(u, right), f32x4.lt(v, bottom))),
      v128.and(f32x4.gt(d, zero), f32x4.lt(d, back)),
    );
    // Inside, cutting is rounding down; outside, the processor may make of a number what it likes.
    const column = i32x4.shl(i32x4.relaxed_trunc_f32x4_s(u), 2);
    const row = i32x4.mul(i32x4.relaxed_trunc_f32x4_s(v), stride);
    v128.store(PLACES + i, v128.bitselect(i32x4.add(row, i32x4.add(column, first)), spare, inside));
    v128.store(DEPTHS + i, d);
  }
}

/**
 * Loads one word of each line of cache that the next block's coordinates lie in, so that they come while this one is drawn: the
 * processor itself stops looking ahead at each 4 KB. The last block's own are loaded again.
 */
// @ts-ignore: decorator
@inline
function fetchNext(x: usize, y: usize, z: usize, start: usize, bytes: usize, end: usize): void {
  const next = min<usize>(start + BLOCK_BYTES, end - bytes);
  for (let at = next; at < next + bytes; at += CACHE_LINE) {
    load<i32>(x + at);
    load<i32>(y + at);
    load<i32>(z + at);
  }
}

// In a vector's first lane: the least of two is one instruction there.
// @ts-ignore: decorator
@inline
function keepNearest(i: usize): void {
  const pixel = load<u32>(PLACES + i);
  const nearest = i32x4.min_s(v128.load32_zero(DEPTHS + i), v128.load32_zero(pixel));
  v128.store_lane<i32>(pixel, nearest, 0);
}

/**
 * Draws points into a depth picture, the nearest of each pixel staying. `camera`: 3 rows of 4 floats giving column, row
 * and depth. The picture has one more slot than pixels.
 * x, y, z: `count` floats each, padded with NaN to a multiple of 4.
 */
export function splat(
  x: usize, y: usize, z: usize, count: i32, camera: usize, far: f32, depths: usize, width: i32, height: i32,
): void {
  const end = (<usize>count) << 2;
  for (let start: usize = 0; start < end; start += BLOCK_BYTES) {
    const bytes = min<usize>(BLOCK_BYTES, end - start);
    place(x + start, y + start, z + start, bytes, camera, far, depths, width, height);
    fetchNext(x, y, z, start, bytes, end);
    for (let i: usize = 0; i < bytes; i += 16) {
      keepNearest(i);
      keepNearest(i + 4);
      keepNearest(i + 8);
      keepNearest(i + 12);
    }
  }
}

// @ts-ignore: decorator
@inline
function keepValue(i: usize, value: usize, toPicture: usize): void {
  const pixel = load<u32>(PLACES + i);
  const isKept = i32x4.eq(v128.load32_zero(DEPTHS + i), v128.load32_zero(pixel));
  const target = pixel + toPicture;
  v128.store_lane<i32>(target, v128.bitselect(v128.load32_zero(value), v128.load32_zero(target), isKept), 0);
}

/** Gives each pixel of `picture` the value (32 bits) of the point that `splat` kept there; of several, the last. */
export function splatValues(
  x: usize, y: usize, z: usize, values: usize, count: i32, camera: usize, far: f32,
  depths: usize, picture: usize, width: i32, height: i32,
): void {
  const end = (<usize>count) << 2;
  for (let start: usize = 0; start < end; start += BLOCK_BYTES) {
    const bytes = min<usize>(BLOCK_BYTES, end - start);
    place(x + start, y + start, z + start, bytes, camera, far, depths, width, height);
    fetchNext(x, y, z, start, bytes, end);
    for (let i: usize = 0; i < bytes; i += 16) {
      const value = values + start + i;
      keepValue(i, value, picture - depths);
      keepValue(i + 4, value + 4, picture - depths);
      keepValue(i + 8, value + 8, picture - depths);
      keepValue(i + 12, value + 12, picture - depths);
    }
  }
}
