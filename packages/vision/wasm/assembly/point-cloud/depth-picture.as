// A depth picture is float32, one value per pixel, in units of a pixel's side, greater than 0 where something is seen and
// +Infinity elsewhere. Its row length is a multiple of 4. Positive floats order like their bits, so the nearest of two
// depths is the lesser integer.

import { addLanes } from './lanes';

export const NOTHING: i32 = 0x7f800000;

/** What `fill` copies at a time: it stays in the nearest cache. */
const FILLED_BYTES: usize = 16384;

/** Fills `count` (a multiple of 4) 32-bit words. */
export function fill(target: usize, count: i32, bits: i32): void {
  const value = i32x4.splat(bits);
  const end = target + ((<usize>count) << 2);
  const first = min<usize>(target + FILLED_BYTES, end);
  for (let at = target; at < first; at += 16) v128.store(at, value);
  // A long copy, unlike stores, does not read first what it replaces.
  for (let at = first; at < end; at += FILLED_BYTES) memory.copy(at, target, min<usize>(FILLED_BYTES, end - at));
}

/** Halves a depth picture of even sides, keeping the nearest of each 2 × 2 pixels. */
export function halve(source: usize, half: usize, width: i32, height: i32): void {
  const stride = (<usize>width) << 2;
  for (let row = 0; row < height; row += 2) {
    const wide: usize = stride & ~31;
    for (let x: usize = 0; x < wide; x += 32) {
      const at = source + x;
      const first = i32x4.min_s(v128.load(at), v128.load(at + stride));
      const second = i32x4.min_s(v128.load(at, 16), v128.load(at + stride, 16));
      const even = v128.shuffle<i32>(first, second, 0, 2, 4, 6);
      const odd = v128.shuffle<i32>(first, second, 1, 3, 5, 7);
      v128.store(half + (x >> 1), i32x4.min_s(even, odd));
    }
    for (let x = wide; x < stride; x += 8) {
      const upper = min(load<i32>(source + x), load<i32>(source + x, 4));
      const lower = min(load<i32>(source + stride + x), load<i32>(source + stride + x, 4));
      store<i32>(half + (x >> 1), min(upper, lower));
    }
    source += stride * 2;
    half += stride >> 1;
  }
}

/**
 * Seen pixels in the low half of the result; in the high half, empty ones with something on two opposite sides. The
 * outermost rows and columns don't count.
 */
export function countHoles(depths: usize, width: i32, height: i32): i64 {
  const stride = (<usize>width) << 2;
  const nothing = i32x4.splat(NOTHING);
  let seen = i32x4.splat(0);
  let holes = i32x4.splat(0);
  let seenApart: i64 = 0;
  let holesApart: i64 = 0;
  // In fours as far as they go, the others one by one.
  const wide: usize = 4 + ((stride - 8) & ~15);
  for (let row = 1; row < height - 1; row++) {
    depths += stride;
    for (let x: usize = 4; x < wide; x += 16) {
      const at = depths + x;
      const empty = i32x4.eq(v128.load(at), nothing);
      const across = v128.or(i32x4.eq(v128.load(at - 4), nothing), i32x4.eq(v128.load(at, 4), nothing));
      const along = v128.or(i32x4.eq(v128.load(at - stride), nothing), i32x4.eq(v128.load(at + stride), nothing));
      seen = i32x4.add(seen, i32x4.add(empty, i32x4.splat(1)));
      holes = i32x4.sub(holes, v128.andnot(empty, v128.and(across, along)));
    }
    for (let x = wide; x < stride - 4; x += 4) {
      const at = depths + x;
      const here = load<i32>(at) != NOTHING;
      const across = load<i32>(at - 4) != NOTHING && load<i32>(at, 4) != NOTHING;
      const along = load<i32>(at - stride) != NOTHING && load<i32>(at + stride) != NOTHING;
      seenApart += i64(here);
      holesApart += i64(!here && (across || along));
    }
  }
  return ((addLanes(holes) + holesApart) << 32) | (addLanes(seen) + seenApart);
}
