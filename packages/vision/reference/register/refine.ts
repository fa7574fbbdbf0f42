import { solvePositive } from '../kernels/linear-algebra.ts';
import { createPlane, type Plane } from '../kernels/plane.ts';
import type { Similarity } from './similarity.ts';

/** Pixels that one round looks at, about. */
const SAMPLES = 12_000;

/** Central differences along x and y. */
export function differentiatePlane(plane: Plane): { x: Plane; y: Plane } {
  const { width, height, data } = plane;
  const x = createPlane(width, height);
  const y = createPlane(width, height);
  for (let row = 0; row < height; row++) {
    const up = Math.max(0, row - 1) * width;
    const down = Math.min(height - 1, row + 1) * width;
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      const left = column > 0 ? i - 1 : i;
      const right = column + 1 < width ? i + 1 : i;
      x.data[i] = ((data[right] as number) - (data[left] as number)) / 2;
      y.data[i] = ((data[down + column] as number) - (data[up + column] as number)) / 2;
    }
  }
  return { x, y };
}

/**
 * Improves a map from query to reference by Gauss–Newton on the squared differences (Baker and Matthews 2004,
 * "Lucas–Kanade 20 years on"), differences beyond three robust deviations left out (so that a defect does not pull).
 * Both planes must be free of illumination differences (see `normaliseContrast`). Stops when the corners of the
 * query move by less than `settledPx` pixels or after `rounds`.
 */
export function refineSimilarity(
  query: Plane,
  reference: Plane,
  start: Similarity,
  rounds: number,
  settledPx: number = 0.02,
): Similarity {
  const gradient = differentiatePlane(reference);
  const step = Math.max(1, Math.round(Math.sqrt((query.width * query.height) / SAMPLES)));
  const reach = Math.hypot(query.width, query.height) / 2;
  const cx = (query.width - 1) / 2;
  const cy = (query.height - 1) / 2;
  const rows = new Float32Array(Math.ceil(query.width / step) * Math.ceil(query.height / step) * 5);
  let map = start;
  for (let round = 0; round < rounds; round++) {
    const change = solveStep(rows, collectRows(rows, query, reference, gradient, map, step));
    if (!change) return map;
    const [da, db, dx, dy] = change;
    map = {
      a: map.a + da,
      b: map.b + db,
      x0: map.x0 + dx - da * cx + db * cy,
      y0: map.y0 + dy - db * cx - da * cy,
    };
    if (Math.hypot(da, db) * reach + Math.hypot(dx, dy) < settledPx) break;
  }
  return map;
}

/**
 * Writes five numbers for each pixel looked at that lies on the reference: the derivatives of its value there by the map's a and b
 * about the query's middle, x₀ and y₀, and its difference. Returns how many there are.
 */
function collectRows(
  rows: Float32Array,
  query: Plane,
  reference: Plane,
  gradient: { x: Plane; y: Plane },
  map: Similarity,
  step: number,
): number {
  const { width, height, data } = reference;
  const [dataX, dataY] = [gradient.x.data, gradient.y.data];
  const cx = (query.width - 1) / 2;
  const cy = (query.height - 1) / 2;
  let count = 0;
  for (let y = 0; y < query.height; y += step) {
    for (let x = 0; x < query.width; x += step) {
      const u = map.a * x - map.b * y + map.x0;
      const v = map.b * x + map.a * y + map.y0;
      if (u < 0 || v < 0 || u > width - 1 || v > height - 1) continue;
      // Bilinear in all three planes at once.
      const left = u | 0;
      const top = v | 0;
      const i = top * width + left;
      const right = left + 1 < width ? 1 : 0;
      const down = top + 1 < height ? width : 0;
      const fx = u - left;
      const fy = v - top;
      const w00 = (1 - fx) * (1 - fy);
      const w10 = fx * (1 - fy);
      const w01 = (1 - fx) * fy;
      const w11 = fx * fy;
      const blend = (of: Float32Array) =>
        w00 * (of[i] as number) +
        w10 * (of[i + right] as number) +
        w01 * (of[i + down] as number) +
        w11 * (of[i + down + right] as number);
      const gx = blend(dataX);
      const gy = blend(dataY);
      const px = x - cx;
      const py = y - cy;
      const at = count * 5;
      rows[at] = gx * px + gy * py;
      rows[at + 1] = gy * px - gx * py;
      rows[at + 2] = gx;
      rows[at + 3] = gy;
      rows[at + 4] = (query.data[y * query.width + x] as number) - blend(data);
      count++;
    }
  }
  return count;
}

/** The change of a, b, x₀ and y₀ that these rows ask for; `undefined` for too few. */
function solveStep(rows: Float32Array, count: number): [number, number, number, number] | undefined {
  if (count < 64) return undefined;
  const sizes = new Float32Array(Math.ceil(count / 7));
  for (let i = 0; i < sizes.length; i++) sizes[i] = Math.abs(rows[i * 35 + 4] as number);
  sizes.sort();
  const pick = (fraction: number) => sizes[Math.round(fraction * (sizes.length - 1))] as number;
  // Flat ground makes the median residual nearly zero; the ninth decile keeps edges in the sum.
  const limit = Math.max(3 * 1.4826 * pick(0.5), 1.5 * pick(0.9), 1e-3);
  const matrix = new Float64Array(16);
  const right = new Float64Array(4);
  for (let at = 0; at < count * 5; at += 5) {
    const difference = rows[at + 4] as number;
    const ratio = difference / limit;
    if (ratio >= 1 || ratio <= -1) continue;
    const weight = (1 - ratio * ratio) * (1 - ratio * ratio);
    for (let j = 0; j < 4; j++) {
      const scaled = weight * (rows[at + j] as number);
      right[j] = (right[j] as number) + scaled * difference;
      for (let k = 0; k <= j; k++) {
        matrix[j * 4 + k] = (matrix[j * 4 + k] as number) + scaled * (rows[at + k] as number);
      }
    }
  }
  for (let j = 0; j < 4; j++) {
    for (let k = 0; k < j; k++) matrix[k * 4 + j] = matrix[j * 4 + k] as number;
  }
  for (let j = 0; j < 4; j++) matrix[j * 5] = (matrix[j * 5] as number) * (1 + 1e-6) + 1e-6;
  const solved = solvePositive(matrix, right, 4);
  return [solved[0] ?? 0, solved[1] ?? 0, solved[2] ?? 0, solved[3] ?? 0];
}
