// Passes of the embedded detector over planes (float32, row by row) and patch descriptors (float32, `dims` a cell, `dims`
// a multiple of 4). Memory behind every plane may be read up to 16 bytes past its end.

/**
 * Weighted sums of a plane's columns around the rows `origin`, `origin` + `stride`, …: `rows` rows of `margin` + width +
 * `margin` floats, the margins filled with the outermost values. `taps`: 2 × radius + 1 weights. Rows outside the plane
 * are those at its border.
 */
export function poolColumns(
  plane: usize, width: i32, height: i32, taps: usize, radius: i32,
  origin: i32, stride: i32, rows: i32, margin: i32, out: usize,
): void {
  const pitch = (<usize>(width + 2 * margin)) << 2;
  const inner = (<usize>margin) << 2;
  const wide = (<usize>width) << 2;
  for (let line = 0; line < rows; line++) {
    const first = origin + line * stride - radius;
    const target = out + <usize>line * pitch + inner;
    for (let x: usize = 0; x < wide; x += 16) {
      let sum = f32x4.splat(0);
      for (let tap = 0; tap <= 2 * radius; tap++) {
        const row = max(0, min(height - 1, first + tap));
        const weight = v128.load32_splat(taps + ((<usize>tap) << 2));
        sum = f32x4.add(sum, f32x4.mul(weight, v128.load(plane + <usize>row * wide + x)));
      }
      v128.store(target + x, sum);
    }
    const left = load<f32>(target);
    const right = load<f32>(target + wide - 4);
    for (let x: usize = 0; x < inner; x += 4) {
      store<f32>(target - inner + x, left);
      store<f32>(target + wide + x, right);
    }
  }
}

// @ts-ignore: decorator
@inline
function gather(at: usize, stride: i32): v128 {
  const near = v128.load(at);
  if (stride == 1) return near;
  if (stride == 2) return v128.shuffle<f32>(near, v128.load(at, 16), 0, 2, 4, 6);
  const step = (<usize>stride) << 2;
  let values = f32x4.replace_lane(near, 1, load<f32>(at + step));
  values = f32x4.replace_lane(values, 2, load<f32>(at + 2 * step));
  return f32x4.replace_lane(values, 3, load<f32>(at + 3 * step));
}

/**
 * Weighted sums along the rows that `poolColumns` wrote, around the columns `origin`, `origin` + `stride`, …; Each sum goes to the next place of `out`, `step` bytes on.
 */
export function poolRows(
  pooled: usize, width: i32, rows: i32, margin: i32, taps: usize, radius: i32,
  origin: i32, stride: i32, columns: i32, out: usize, step: usize,
): void {
  const pitch = (<usize>(width + 2 * margin)) << 2;
  for (let line = 0; line < rows; line++) {
    const start = pooled + <usize>line * pitch + ((<usize>(margin + origin - radius)) << 2);
    for (let column = 0; column < columns; column += 4) {
      const from = start + ((<usize>(column * stride)) << 2);
      let sum = f32x4.splat(0);
      for (let tap = 0; tap <= 2 * radius; tap++) {
        const at = from + ((<usize>tap) << 2);
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(taps + ((<usize>tap) << 2)), gather(at, stride)));
      }
      const left = columns - column;
      store<f32>(out, f32x4.extract_lane(sum, 0));
      if (left > 1) store<f32>(out + step, f32x4.extract_lane(sum, 1));
      if (left > 2) store<f32>(out + 2 * step, f32x4.extract_lane(sum, 2));
      if (left > 3) store<f32>(out + 3 * step, f32x4.extract_lane(sum, 3));
      out += step * <usize>min(left, 4);
    }
  }
}

/** Means over 2 × radius + 1 pixels of each row, the border repeated. */
export function meanRows(source: usize, target: usize, width: i32, height: i32, radius: i32): void {
  const scale: f32 = <f32>(1.0 / <f64>(2 * radius + 1));
  const last = width - 1;
  for (let row = 0; row < height; row++) {
    let sum: f32 = 0;
    for (let i = -radius; i <= radius; i++) sum += load<f32>(source + ((<usize>max(0, min(last, i))) << 2));
    for (let x = 0; x < width; x++) {
      store<f32>(target + ((<usize>x) << 2), sum * scale);
      const enter = load<f32>(source + ((<usize>min(last, x + radius + 1)) << 2));
      sum += enter - load<f32>(source + ((<usize>max(0, x - radius)) << 2));
    }
    source += (<usize>width) << 2;
    target += (<usize>width) << 2;
  }
}

/** `meanRows` along columns. `sums`: room for a row and 16 bytes. */
export function meanColumns(
  source: usize, target: usize, width: i32, height: i32, radius: i32, sums: usize,
): void {
  const wide = (<usize>width) << 2;
  const last = height - 1;
  const scale = f32x4.splat(<f32>(1.0 / <f64>(2 * radius + 1)));
  for (let x: usize = 0; x < wide; x += 16) {
    let sum = f32x4.splat(0);
    for (let i = -radius; i <= radius; i++) {
      sum = f32x4.add(sum, v128.load(source + <usize>max(0, min(last, i)) * wide + x));
    }
    v128.store(sums + x, sum);
  }
  // Whole groups of 4 spill over a row's end into the next row, which is written after it.
  for (let row = 0; row < height; row++) {
    const enter = source + <usize>min(last, row + radius + 1) * wide;
    const leave = source + <usize>max(0, row - radius) * wide;
    const line = target + <usize>row * wide;
    for (let x: usize = 0; x < wide; x += 16) {
      const sum = v128.load(sums + x);
      v128.store(line + x, f32x4.mul(sum, scale));
      v128.store(sums + x, f32x4.add(sum, f32x4.sub(v128.load(enter + x), v128.load(leave + x))));
    }
  }
}

/** Writes (value - mean)² of each of `count` pixels. */
export function squareDifferences(values: usize, means: usize, squares: usize, count: i32): void {
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const difference = f32x4.sub(v128.load(values + i), v128.load(means + i));
    v128.store(squares + i, f32x4.mul(difference, difference));
  }
}

/** Writes (value - mean) / √(variance + noise²) of each of `count` pixels. */
export function divideByDeviation(
  values: usize, means: usize, variances: usize, out: usize, count: i32, noise: f32,
): void {
  const floor = f32x4.splat(noise * noise);
  const zero = f32x4.splat(0);
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const difference = f32x4.sub(v128.load(values + i), v128.load(means + i));
    const variance = f32x4.max(v128.load(variances + i), zero);
    v128.store(out + i, f32x4.div(difference, f32x4.sqrt(f32x4.add(variance, floor))));
  }
}

// @ts-ignore: decorator
@inline
function turnOf(y: f32, x: f32): f32 {
  // atan of 0..1 in eighths of a turn: an odd polynomial, wrong by 2e-6 of a radian at most.
  const ax = abs(x);
  const ay = abs(y);
  const ratio = min(ax, ay) / max(max(ax, ay), <f32>1e-30);
  const s = ratio * ratio;
  let p: f32 = <f32>-0.0117212;
  p = p * s + <f32>0.05265332;
  p = p * s - <f32>0.11643287;
  p = p * s + <f32>0.19354346;
  p = p * s - <f32>0.33262347;
  p = p * s + <f32>0.99997726;
  let eighths = ratio * p * <f32>1.2732395447;
  if (ay > ax) eighths = 2 - eighths;
  if (x < 0) eighths = 4 - eighths;
  return y < 0 ? 8 - eighths : eighths;
}

/**
 * Adds to eight planes of half the size, one after another, how much gradient (central differences) of each 2 × 2 block
 * points in each of eight directions, shared between the two nearest; the planes hold zeros before. Even width and height.
 */
export function splitGradients(plane: usize, width: i32, height: i32, directions: usize): void {
  const wide = (<usize>width) << 2;
  const across = width >> 1;
  const size = (<usize>(across * (height >> 1))) << 2;
  for (let y = 0; y < height; y++) {
    const line = plane + <usize>y * wide;
    const up = plane + <usize>max(0, y - 1) * wide;
    const down = plane + <usize>min(height - 1, y + 1) * wide;
    const target = directions + ((<usize>((y >> 1) * across)) << 2);
    for (let x = 0; x < width; x++) {
      const at = (<usize>x) << 2;
      const right = (<usize>min(width - 1, x + 1)) << 2;
      const left = (<usize>max(0, x - 1)) << 2;
      const gx: f32 = (load<f32>(line + right) - load<f32>(line + left)) * 0.5;
      const gy: f32 = (load<f32>(down + at) - load<f32>(up + at)) * 0.5;
      const length: f32 = sqrt(gx * gx + gy * gy) * 0.25;
      if (length < 1e-6) continue;
      const turn = turnOf(gy, gx);
      const lower = <i32>turn;
      const share = turn - <f32>lower;
      const place = target + ((<usize>(x >> 1)) << 2);
      const one = place + <usize>(lower & 7) * size;
      const other = place + <usize>((lower + 1) & 7) * size;
      store<f32>(one, load<f32>(one) + length * (1 - share));
      store<f32>(other, load<f32>(other) + length * share);
    }
  }
}

/** Halves a plane: each pixel the mean of a 2 × 2 block; an odd last row or column is dropped. */
export function halve(source: usize, target: usize, width: i32, height: i32): void {
  const wide = (<usize>width) << 2;
  for (let y = 0; y < height >> 1; y++) {
    const line = source + <usize>(2 * y) * wide;
    for (let x = 0; x < width >> 1; x++, target += 4) {
      const at = line + ((<usize>x) << 3);
      store<f32>(target, (load<f32>(at) + load<f32>(at, 4) + load<f32>(at + wide) + load<f32>(at + wide, 4)) * 0.25);
    }
  }
}

/**
 * Multiplies each of `count` descriptors, in place, by a lower triangular matrix given column by column (`dims` floats each, zeros
 * above the diagonal). `room`: a descriptor's bytes.
 */
export function multiplyLower(data: usize, count: i32, dims: i32, columns: usize, room: usize): void {
  const size = (<usize>dims) << 2;
  for (let i = 0; i < count; i++, data += size) {
    memory.fill(room, 0, size);
    for (let j: usize = 0; j < size; j += 4) {
      const value = v128.load32_splat(data + j);
      const column = columns + (j >> 2) * size;
      for (let k = j & ~15; k < size; k += 16) {
        v128.store(room + k, f32x4.add(v128.load(room + k), f32x4.mul(value, v128.load(column + k))));
      }
    }
    memory.copy(data, room, size);
  }
}

// @ts-ignore: decorator
@inline
function addLanes(value: v128): f32 {
  return f32x4.extract_lane(value, 0) + f32x4.extract_lane(value, 1) + f32x4.extract_lane(value, 2) + f32x4.extract_lane(value, 3);
}

// @ts-ignore: decorator
@inline
function squaresFrom(one: usize, other: usize, from: usize, end: usize): f32 {
  let sum = f32x4.splat(0);
  for (let k = from; k < end; k += 16) {
    const difference = f32x4.sub(v128.load(one + k), v128.load(other + k));
    sum = f32x4.add(sum, f32x4.mul(difference, difference));
  }
  return addLanes(sum);
}

/**
 * Distance of each cell's descriptor to the nearest one of a denser grid within `reach` of its place, which is
 * `between` dense places per cell further and begins `reach` places in. Writes columns × rows floats.
 */
export function searchWindow(
  cells: usize, columns: i32, rows: i32, dense: usize, denseColumns: i32, between: i32, reach: i32, dims: i32, out: usize,
): void {
  const size = (<usize>dims) << 2;
  const half = (size >> 1) & ~15;
  const pitch = <usize>denseColumns * size;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cells += size, out += 4) {
      const corner = dense + <usize>(row * between) * pitch + <usize>(column * between) * size;
      const middle = corner + <usize>reach * (pitch + size);
      let best = squaresFrom(cells, middle, 0, size);
      for (let dy = 0; dy <= 2 * reach; dy++) {
        let other = corner + <usize>dy * pitch;
        for (let dx = 0; dx <= 2 * reach; dx++, other += size) {
          // Half of the numbers decide most comparisons.
          const some = squaresFrom(cells, other, 0, half);
          if (some < best) best = min(best, some + squaresFrom(cells, other, half, size));
        }
      }
      store<f32>(out, sqrt(best));
    }
  }
}

/**
 * Nearest entry of a bank of `size` descriptors to each of `count`: its index and its distance. A search starts from the last match,
 * since neighbours resemble neighbours.
 */
export function searchBank(
  data: usize, count: i32, bank: usize, size: i32, dims: i32, indices: usize, distances: usize,
): void {
  const bytes = (<usize>dims) << 2;
  const half = (bytes >> 1) & ~15;
  let nearest = 0;
  for (let i = 0; i < count; i++, data += bytes) {
    let best = squaresFrom(data, bank + <usize>nearest * bytes, 0, bytes);
    let other = bank;
    for (let j = 0; j < size; j++, other += bytes) {
      const some = squaresFrom(data, other, 0, half);
      if (some >= best) continue;
      const whole = some + squaresFrom(data, other, half, bytes);
      if (whole < best) {
        best = whole;
        nearest = j;
      }
    }
    store<i32>(indices + ((<usize>i) << 2), nearest);
    store<f32>(distances + ((<usize>i) << 2), sqrt(best));
  }
}

/**
 * Distance of each descriptor of a bank to the nearest other one that is not beside it: of another picture, or more than `apart` cells
 * away along an axis; 0 without one. `pictures`, `columns`, `rows`: 32-bit numbers of each entry.
 */
export function measureRarity(
  bank: usize, size: i32, dims: i32, pictures: usize, columns: usize, rows: usize, apart: i32, out: usize,
): void {
  const bytes = (<usize>dims) << 2;
  const half = (bytes >> 1) & ~15;
  for (let i = 0; i < size; i++) {
    const own = bank + <usize>i * bytes;
    const at = (<usize>i) << 2;
    const picture = load<i32>(pictures + at);
    const column = load<i32>(columns + at);
    const row = load<i32>(rows + at);
    let best = <f32>Infinity;
    for (let j = 0; j < size; j++) {
      const other = bank + <usize>j * bytes;
      const some = squaresFrom(own, other, 0, half);
      if (some >= best) continue;
      const to = (<usize>j) << 2;
      if (
        load<i32>(pictures + to) == picture &&
        abs(load<i32>(columns + to) - column) <= apart &&
        abs(load<i32>(rows + to) - row) <= apart
      ) continue;
      best = min(best, some + squaresFrom(own, other, half, bytes));
    }
    store<f32>(out + at, best < Infinity ? sqrt(best) : <f32>0);
  }
}
