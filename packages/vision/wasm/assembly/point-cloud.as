// Passes over points and depth pictures. A depth picture is float32, one value per pixel, in units of a pixel's side,
// greater than 0 where something is seen and +Infinity elsewhere. Its row length is a multiple of 4. Positive floats
// order like their bits, so the nearest of two depths is the lesser integer.

const NOTHING: i32 = 0x7f800000;

/** Fills `count` (a multiple of 4) 32-bit words. */
export function fill(target: usize, count: i32, bits: i32): void {
  const value = i32x4.splat(bits);
  for (const end = target + ((<usize>count) << 2); target < end; target += 16) v128.store(target, value);
}

// @ts-ignore: decorator
@inline
function project(camera: usize, row: usize, px: v128, py: v128, pz: v128): v128 {
  const at = camera + row * 16;
  return f32x4.add(
    f32x4.add(f32x4.mul(v128.load32_splat(at), px), f32x4.mul(v128.load32_splat(at, 4), py)),
    f32x4.add(f32x4.mul(v128.load32_splat(at, 8), pz), v128.load32_splat(at, 12)),
  );
}

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
function addLanes(value: v128): i64 {
  return i64(i32x4.extract_lane(value, 0) + i32x4.extract_lane(value, 1) + i32x4.extract_lane(value, 2) + i32x4.extract_lane(value, 3));
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

/**
 * Smooths a depth picture by pairs of opposite neighbours `step` pixels away (weights of a 3 × 3 binomial). A pair counts
 * only if both are seen and together bend by less than `bend` + half their difference: flat slopes stay exactly as they
 * are up to their edges, and edges stay sharp. The outermost `step` rows and 4 or more columns are copied.
 */
export function smooth(source: usize, target: usize, width: i32, height: i32, step: i32, bend: f32): void {
  const stride = (<usize>width) << 2;
  const across = (<usize>step) << 2;
  const along = stride * <usize>step;
  const margin = (<usize>((step + 3) & ~3)) << 2;
  const nothing = f32x4.splat(Infinity);
  memory.copy(target, source, along);
  memory.copy(target + stride * <usize>(height - step), source + stride * <usize>(height - step), along);
  for (let row = step; row < height - step; row++) {
    const start = <usize>row * stride;
    memory.copy(target + start, source + start, margin);
    memory.copy(target + start + stride - margin, source + start + stride - margin, margin);
    for (let x = start + margin; x < start + stride - margin; x += 16) {
      const at = source + x;
      const here = v128.load(at);
      const empty = f32x4.eq(here, nothing);
      if (i32x4.all_true(empty)) {
        v128.store(target + x, here);
        continue;
      }
      let sum = f32x4.mul(here, f32x4.splat(4));
      let weight = f32x4.splat(4);
      let bent = isBent(here, v128.load(at - across), v128.load(at + across), bend);
      weight = f32x4.add(weight, v128.andnot(f32x4.splat(4), bent));
      sum = f32x4.add(sum, v128.andnot(f32x4.mul(f32x4.add(v128.load(at - across), v128.load(at + across)), f32x4.splat(2)), bent));
      bent = isBent(here, v128.load(at - along), v128.load(at + along), bend);
      weight = f32x4.add(weight, v128.andnot(f32x4.splat(4), bent));
      sum = f32x4.add(sum, v128.andnot(f32x4.mul(f32x4.add(v128.load(at - along), v128.load(at + along)), f32x4.splat(2)), bent));
      bent = isBent(here, v128.load(at - along - across), v128.load(at + along + across), bend);
      weight = f32x4.add(weight, v128.andnot(f32x4.splat(2), bent));
      sum = f32x4.add(sum, v128.andnot(f32x4.add(v128.load(at - along - across), v128.load(at + along + across)), bent));
      bent = isBent(here, v128.load(at - along + across), v128.load(at + along - across), bend);
      weight = f32x4.add(weight, v128.andnot(f32x4.splat(2), bent));
      sum = f32x4.add(sum, v128.andnot(f32x4.add(v128.load(at - along + across), v128.load(at + along - across)), bent));
      v128.store(target + x, v128.bitselect(here, f32x4.div(sum, weight), empty));
    }
  }
}

// @ts-ignore: decorator
@inline
function isBent(here: v128, before: v128, after: v128, bend: f32): v128 {
  const curve = f32x4.abs(f32x4.sub(f32x4.add(before, after), f32x4.add(here, here)));
  const slope = f32x4.abs(f32x4.sub(after, before));
  const allowed = f32x4.add(f32x4.splat(bend), f32x4.mul(slope, f32x4.splat(0.5)));
  // Infinity and NaN (something not seen) fail this comparison too.
  return v128.not(f32x4.lt(curve, v128.bitselect(allowed, f32x4.splat(0), f32x4.lt(slope, f32x4.splat(Infinity)))));
}

// @ts-ignore: decorator
@inline
function differentiate(here: v128, before: v128, after: v128): v128 {
  const infinity = f32x4.splat(Infinity);
  const back = f32x4.sub(here, before);
  const forth = f32x4.sub(after, here);
  const sizeBack = f32x4.abs(back);
  const sizeForth = f32x4.abs(forth);
  // One-sided towards the gentler side at an edge; central where both sides are alike.
  const gentler = v128.bitselect(back, forth, f32x4.lt(sizeBack, sizeForth));
  const central = f32x4.mul(f32x4.sub(after, before), f32x4.splat(0.5));
  const least = f32x4.pmin(sizeBack, sizeForth);
  const most = f32x4.pmax(sizeForth, sizeBack);
  const alike = f32x4.lt(most, f32x4.add(f32x4.mul(least, f32x4.splat(3)), f32x4.splat(2)));
  const slope = v128.bitselect(central, gentler, alike);
  return v128.and(slope, f32x4.lt(f32x4.abs(slope), infinity));
}

// @ts-ignore: decorator
@inline
function occlude(here: v128, other: v128): v128 {
  const inFront = f32x4.sub(here, other);
  const limited = f32x4.min(f32x4.max(f32x4.sub(inFront, f32x4.splat(6)), f32x4.splat(0)), f32x4.splat(24));
  return v128.and(limited, f32x4.lt(f32x4.abs(inFront), f32x4.splat(Infinity)));
}

/**
 * Light of each seen pixel, 0..1, from the slopes of the depth picture: `head` parts of a light at the eye and `key`
 * parts of one up and to the left of it, dimmed beside something nearer. Slopes are taken over `step` (1..4) pixels to each
 * side. Where nothing is seen, and
 * in the outermost 4 rows and columns, `light` keeps what it held or becomes Infinity.
 */
export function shade(depths: usize, light: usize, width: i32, height: i32, head: f32, key: f32, step: i32): void {
  const stride = (<usize>width) << 2;
  const one = f32x4.splat(1);
  const across = (<usize>step) << 2;
  const along = stride * <usize>step;
  const perPixel = f32x4.splat(<f32>1 / <f32>step);
  for (let row = 4; row < height - 4; row++) {
    const start = <usize>row * stride;
    for (let x = start + 16; x < start + stride - 16; x += 16) {
      const at = depths + x;
      const here = v128.load(at);
      const seen = f32x4.lt(here, f32x4.splat(Infinity));
      if (!v128.any_true(seen)) continue;
      const gx = f32x4.mul(differentiate(here, v128.load(at - across), v128.load(at + across)), perPixel);
      const gy = f32x4.mul(differentiate(here, v128.load(at - along), v128.load(at + along)), perPixel);
      const length = f32x4.sqrt(f32x4.add(one, f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy))));
      const towards = f32x4.sub(
        f32x4.splat(0.68),
        f32x4.add(f32x4.mul(gx, f32x4.splat(0.44)), f32x4.mul(gy, f32x4.splat(0.587))),
      );
      const lit = f32x4.add(
        f32x4.splat(head),
        f32x4.mul(f32x4.max(towards, f32x4.splat(0)), f32x4.splat(key)),
      );
      const near = f32x4.add(
        f32x4.add(occlude(here, v128.load(at - 8)), occlude(here, v128.load(at, 8))),
        f32x4.add(occlude(here, v128.load(at - stride * 2)), occlude(here, v128.load(at + stride * 2))),
      );
      const rim = f32x4.sub(one, f32x4.mul(near, f32x4.splat(0.005)));
      const value = f32x4.mul(f32x4.div(lit, length), rim);
      v128.store(light + x, v128.bitselect(f32x4.min(value, one), f32x4.splat(Infinity), seen));
    }
  }
}

/** Writes the window at (left, top) of a lit picture as grey bytes: white where nothing is seen. */
export function paintGrey(
  depths: usize, light: usize, stride: i32, left: i32, top: i32, width: i32, height: i32, target: usize,
  dark: f32, bright: f32,
): void {
  for (let row = 0; row < height; row++) {
    const at = (<usize>((top + row) * stride + left)) << 2;
    for (let column = 0; column < width; column++) {
      const place = at + ((<usize>column) << 2);
      const value = <i32>(dark + (bright - dark) * load<f32>(light + place));
      store<u8>(target++, select<i32>(255, value, load<i32>(depths + place) == NOTHING));
    }
  }
}

/**
 * Writes the window as RGB bytes, `pitch` bytes a row: the colour of `values` (scaled so that `low`..`high` spans the 256
 * colours of the palette, 0x00BBGGRR) times its light, at least `floor` of it. Leaves alone what is not seen.
 */
export function paintPalette(
  depths: usize, values: usize, light: usize, stride: i32, left: i32, top: i32, width: i32, height: i32,
  target: usize, pitch: i32, palette: usize, low: f32, high: f32, floor: f32,
): void {
  const scale: f32 = <f32>255.99 / (high - low);
  for (let row = 0; row < height; row++) {
    const at = (<usize>((top + row) * stride + left)) << 2;
    const line = target + <usize>(row * pitch);
    for (let column = 0; column < width; column++) {
      const place = at + ((<usize>column) << 2);
      if (load<i32>(depths + place) == NOTHING) continue;
      const share = <i32>max<f32>(0, min<f32>(255, (load<f32>(values + place) - low) * scale));
      const colour = load<u32>(palette + ((<usize>share) << 2));
      const lit = <u32>(<f32>256 * (floor + (1 - floor) * load<f32>(light + place)));
      const redBlue = (((colour & 0xff00ff) * lit) >> 8) & 0xff00ff;
      const green = (((colour & 0xff00) * lit) >> 8) & 0xff00;
      const pixel = line + <usize>(column * 3);
      store<u16>(pixel, redBlue | green);
      store<u8>(pixel, redBlue >> 16, 2);
    }
  }
}

/** Writes the window as RGB bytes from 0x00BBGGRR words; white where nothing is seen. */
export function paintColours(
  depths: usize, colours: usize, stride: i32, left: i32, top: i32, width: i32, height: i32, target: usize,
): void {
  for (let row = 0; row < height; row++) {
    const at = (<usize>((top + row) * stride + left)) << 2;
    for (let column = 0; column < width; column++, target += 3) {
      const place = at + ((<usize>column) << 2);
      const colour = select<i32>(0xffffff, load<i32>(colours + place), load<i32>(depths + place) == NOTHING);
      store<u16>(target, colour);
      store<u8>(target, colour >> 16, 2);
    }
  }
}

/** Writes column, row and depth of each vertex: 3 arrays of `count` floats. */
export function transform(
  x: usize, y: usize, z: usize, count: i32, camera: usize, u: usize, v: usize, d: usize,
): void {
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const px = v128.load(x + i);
    const py = v128.load(y + i);
    const pz = v128.load(z + i);
    v128.store(u + i, project(camera, 0, px, py, pz));
    v128.store(v + i, project(camera, 1, px, py, pz));
    v128.store(d + i, project(camera, 2, px, py, pz));
  }
}

/**
 * Draws triangles, both sides, at pixel centres, nearest staying. `colours` (0x00BBGGRR per vertex) and `picture` may be
 * 0: then no colours are drawn. Triangles with a vertex that is not finite are left out.
 */
export function drawTriangles(
  triangles: usize, count: i32, u: usize, v: usize, d: usize, depths: usize, width: i32, height: i32,
  colours: usize, picture: usize,
): void {
  for (let i = 0; i < count; i++, triangles += 12) {
    const a = (<usize>load<u32>(triangles)) << 2;
    const b = (<usize>load<u32>(triangles, 4)) << 2;
    const c = (<usize>load<u32>(triangles, 8)) << 2;
    const ax = load<f32>(u + a), bx = load<f32>(u + b), cx = load<f32>(u + c);
    const ay = load<f32>(v + a), by = load<f32>(v + b), cy = load<f32>(v + c);
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (!(abs(area) > 0 && abs(area) < Infinity)) continue;
    const ad = load<f32>(d + a), bd = load<f32>(d + b), cd = load<f32>(d + c);
    const left = <i32>max<f32>(0, min<f32>(<f32>width, ceil(min(ax, min(bx, cx)) - 0.5)));
    const right = <i32>max<f32>(-1, min<f32>(<f32>(width - 1), floor(max(ax, max(bx, cx)) - 0.5)));
    const top = <i32>max<f32>(0, min<f32>(<f32>height, ceil(min(ay, min(by, cy)) - 0.5)));
    const bottom = <i32>max<f32>(-1, min<f32>(<f32>(height - 1), floor(max(ay, max(by, cy)) - 0.5)));
    const inverse: f32 = <f32>1 / area;
    for (let row = top; row <= bottom; row++) {
      const py = <f32>row + 0.5;
      for (let column = left; column <= right; column++) {
        const px = <f32>column + 0.5;
        const wb = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) * inverse;
        const wc = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) * inverse;
        const wa: f32 = <f32>1 - wb - wc;
        // Slightly wide, so that rounding leaves no seam between neighbours.
        if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue;
        const depth = wa * ad + wb * bd + wc * cd;
        const place = (<usize>(row * width + column)) << 2;
        if (!(depth > 0 && depth < load<f32>(depths + place))) continue;
        store<f32>(depths + place, depth);
        if (picture != 0) store<u32>(picture + place, mix(load<u32>(colours + a), load<u32>(colours + b), load<u32>(colours + c), wa, wb, wc));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function mix(a: u32, b: u32, c: u32, wa: f32, wb: f32, wc: f32): u32 {
  return mixChannel(a, b, c, wa, wb, wc, 0) | mixChannel(a, b, c, wa, wb, wc, 8) | mixChannel(a, b, c, wa, wb, wc, 16);
}

// @ts-ignore: decorator
@inline
function mixChannel(a: u32, b: u32, c: u32, wa: f32, wb: f32, wc: f32, shift: u32): u32 {
  const value = <f32>((a >> shift) & 255) * wa + <f32>((b >> shift) & 255) * wb + <f32>((c >> shift) & 255) * wc;
  return (<u32>max<f32>(0, min<f32>(255, value + 0.5))) << shift;
}
