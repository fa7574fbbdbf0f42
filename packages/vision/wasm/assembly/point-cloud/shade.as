// A depth picture smoothed and lit.

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
