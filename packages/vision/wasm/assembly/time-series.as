// Least and greatest of many numbers, NaN passed over.

/** Of `count` float64 at `at`: the least to `result`, the greatest behind it; +Infinity and -Infinity when all are NaN. */
export function findExtremes64(at: usize, count: i32, result: usize): void {
  let low0 = f64x2.splat(Infinity);
  let low1 = low0;
  let low2 = low0;
  let low3 = low0;
  let high0 = f64x2.splat(-Infinity);
  let high1 = high0;
  let high2 = high0;
  let high3 = high0;
  const end = at + ((<usize>count) << 3);
  const blocks = at + ((<usize>(count & ~7)) << 3);
  for (; at < blocks; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    // pmin(x, y) is y < x ? y : x, which keeps x when y is NaN.
    low0 = f64x2.pmin(low0, a);
    low1 = f64x2.pmin(low1, b);
    low2 = f64x2.pmin(low2, c);
    low3 = f64x2.pmin(low3, d);
    high0 = f64x2.pmax(high0, a);
    high1 = f64x2.pmax(high1, b);
    high2 = f64x2.pmax(high2, c);
    high3 = f64x2.pmax(high3, d);
  }
  const low = f64x2.pmin(f64x2.pmin(low0, low1), f64x2.pmin(low2, low3));
  const high = f64x2.pmax(f64x2.pmax(high0, high1), f64x2.pmax(high2, high3));
  let least = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  let greatest = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  for (; at < end; at += 8) {
    const value = load<f64>(at);
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  store<f64>(result, least);
  store<f64>(result, greatest, 8);
}

/** The same of float32, the results as float64. */
export function findExtremes32(at: usize, count: i32, result: usize): void {
  let low0 = f32x4.splat(Infinity);
  let low1 = low0;
  let high0 = f32x4.splat(-Infinity);
  let high1 = high0;
  const end = at + ((<usize>count) << 2);
  const blocks = at + ((<usize>(count & ~7)) << 2);
  for (; at < blocks; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    low0 = f32x4.pmin(low0, a);
    low1 = f32x4.pmin(low1, b);
    high0 = f32x4.pmax(high0, a);
    high1 = f32x4.pmax(high1, b);
  }
  const low = f32x4.pmin(low0, low1);
  const high = f32x4.pmax(high0, high1);
  let least = min(
    min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)),
    min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)),
  );
  let greatest = max(
    max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)),
    max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3)),
  );
  for (; at < end; at += 4) {
    const value = load<f32>(at);
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  store<f64>(result, least);
  store<f64>(result, greatest, 8);
}
