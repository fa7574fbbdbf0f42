// Points of a far side that show between those of the near side: found in cells of several pixels, then removed.

import { NOTHING } from './depth-picture';

/**
 * The depth of the near surface in each cell: the nearest in it, or the further of two opposite neighbours where that is
 * nearer, since a surface on both sides passes over what is between. A neighbour on one side alone may be the edge of
 * something else and hides nothing. The outermost cells are copied. At least 5 columns.
 */
export function bridgeCells(cells: usize, target: usize, width: i32, height: i32): void {
  const stride = (<usize>width) << 2;
  memory.copy(target, cells, stride * <usize>height);
  for (let row = 1; row < height - 1; row++) {
    const start = <usize>row * stride;
    // The last group overlaps the one before it where the width is no multiple of 4.
    for (let x: usize = 4; x < stride - 4; x += 16) {
      const at = cells + start + min(x, stride - 20);
      const straight = f32x4.pmin(further(at - 4, at + 4), further(at - stride, at + stride));
      const aslant = f32x4.pmin(further(at - stride - 4, at + stride + 4), further(at - stride + 4, at + stride - 4));
      v128.store(target + start + min(x, stride - 20), f32x4.pmin(v128.load(at), f32x4.pmin(straight, aslant)));
    }
  }
}

// @ts-ignore: decorator
@inline
function further(a: usize, b: usize): v128 {
  return f32x4.pmax(v128.load(a), v128.load(b));
}

/**
 * The depth beyond which a cell's points are hidden, from `nearest` of `bridgeCells`: as much behind it as the surface may
 * slope within the cell. `side`: pixels in a cell's side.
 */
export function limitCells(nearest: usize, limits: usize, width: i32, height: i32, side: f32): void {
  const stride = (<usize>width) << 2;
  const infinity = f32x4.splat(Infinity);
  const base = f32x4.splat(1 + <f32>0.5 * side);
  const steepest = f32x4.splat(min<f32>(8 * side, 32));
  memory.copy(limits, nearest, stride * <usize>height);
  for (let row = 1; row < height - 1; row++) {
    const start = <usize>row * stride;
    for (let x: usize = 4; x < stride - 4; x += 16) {
      const place = start + min(x, stride - 20);
      const at = nearest + place;
      const here = v128.load(at);
      // The gentler side: the other may be the edge of something else.
      const rise = f32x4.add(rises(here, at - 4, at + 4), rises(here, at - stride, at + stride));
      const slope = v128.and(rise, f32x4.lt(rise, infinity));
      const allowed = f32x4.pmin(f32x4.mul(slope, f32x4.splat(1.2)), steepest);
      v128.store(limits + place, f32x4.add(here, f32x4.add(base, allowed)));
    }
  }
}

// @ts-ignore: decorator
@inline
function rises(here: v128, before: usize, after: usize): v128 {
  return f32x4.pmin(
    f32x4.abs(f32x4.sub(here, v128.load(before))),
    f32x4.abs(f32x4.sub(here, v128.load(after))),
  );
}

/**
 * Removes the pixels behind the limit of their cell: points of a far side that show between those of the near side.
 * `shift`: log2 of the pixels in a cell's side, 1 or more.
 */
export function cull(depths: usize, width: i32, height: i32, limits: usize, shift: i32): void {
  const cells = width >> shift;
  const nothing = i32x4.splat(NOTHING);
  for (let row = 0; row < height; row++) {
    const line = limits + ((<usize>((row >> shift) * cells)) << 2);
    for (let column = 0; column < width; column += 4, depths += 16) {
      const depth = v128.load(depths);
      // A cell has 2 columns or a multiple of 4.
      const limit = v128.shuffle<i32>(
        v128.load32_splat(line + ((<usize>(column >> shift)) << 2)),
        v128.load32_splat(line + ((<usize>((column + 2) >> shift)) << 2)),
        0, 1, 4, 5,
      );
      v128.store(depths, v128.bitselect(nothing, depth, f32x4.gt(depth, limit)));
    }
  }
}
