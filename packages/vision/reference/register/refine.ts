import { solvePositive } from '../kernels/linear-algebra.ts';
import { createPlane, type Plane, readQuantile, samplePlane } from '../kernels/plane.ts';
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
 * query move by less than 0.02 pixels or after `rounds`.
 */
export function refineSimilarity(
  query: Plane,
  reference: Plane,
  start: Similarity,
  rounds: number,
): Similarity {
  const gradient = differentiatePlane(reference);
  const step = Math.max(1, Math.round(Math.sqrt((query.width * query.height) / SAMPLES)));
  const reach = Math.hypot(query.width, query.height) / 2;
  const cx = (query.width - 1) / 2;
  const cy = (query.height - 1) / 2;
  let map = start;
  for (let round = 0; round < rounds; round++) {
    const change = solveStep(query, reference, gradient, map, step, cx, cy);
    if (!change) return map;
    const [da, db, dx, dy] = change;
    map = {
      a: map.a + da,
      b: map.b + db,
      x0: map.x0 + dx - da * cx + db * cy,
      y0: map.y0 + dy - db * cx - da * cy,
    };
    if (Math.hypot(da, db) * reach + Math.hypot(dx, dy) < 0.02) break;
  }
  return map;
}

function solveStep(
  query: Plane,
  reference: Plane,
  gradient: { x: Plane; y: Plane },
  map: Similarity,
  step: number,
  cx: number,
  cy: number,
): [number, number, number, number] | undefined {
  const size = Math.ceil(query.width / step) * Math.ceil(query.height / step);
  const rows = new Float32Array(size * 5);
  let count = 0;
  for (let y = 0; y < query.height; y += step) {
    for (let x = 0; x < query.width; x += step) {
      const u = map.a * x - map.b * y + map.x0;
      const v = map.b * x + map.a * y + map.y0;
      if (u < 0 || v < 0 || u > reference.width - 1 || v > reference.height - 1) continue;
      const gx = samplePlane(gradient.x, u, v);
      const gy = samplePlane(gradient.y, u, v);
      const px = x - cx;
      const py = y - cy;
      rows[count * 5] = gx * px + gy * py;
      rows[count * 5 + 1] = gy * px - gx * py;
      rows[count * 5 + 2] = gx;
      rows[count * 5 + 3] = gy;
      rows[count * 5 + 4] = (query.data[y * query.width + x] as number) - samplePlane(reference, u, v);
      count++;
    }
  }
  if (count < 64) return undefined;
  const sizes = Float32Array.from({ length: Math.ceil(count / 7) }, (_, i) =>
    Math.abs(rows[i * 35 + 4] as number),
  );
  // Flat ground makes the median residual nearly zero; the ninth decile keeps edges in the sum.
  const limit = Math.max(3 * 1.4826 * readQuantile(sizes, 0.5), 1.5 * readQuantile(sizes, 0.9), 1e-3);
  const matrix = new Float64Array(16);
  const right = new Float64Array(4);
  for (let i = 0; i < count; i++) {
    const ratio = (rows[i * 5 + 4] as number) / limit;
    if (ratio >= 1 || ratio <= -1) continue;
    const weight = (1 - ratio * ratio) ** 2;
    for (let j = 0; j < 4; j++) {
      const scaled = weight * (rows[i * 5 + j] as number);
      right[j] = (right[j] as number) + scaled * (rows[i * 5 + 4] as number);
      for (let k = 0; k < 4; k++) {
        matrix[j * 4 + k] = (matrix[j * 4 + k] as number) + scaled * (rows[i * 5 + k] as number);
      }
    }
  }
  for (let j = 0; j < 4; j++) matrix[j * 5] = (matrix[j * 5] as number) * (1 + 1e-6) + 1e-6;
  const solved = solvePositive(matrix, right, 4);
  return [solved[0] ?? 0, solved[1] ?? 0, solved[2] ?? 0, solved[3] ?? 0];
}
