import type { Vector } from '../../geometry.ts';
import type { PointCloud } from '../cloud.ts';
import { cross, dot } from '../vectors.ts';

type Matrix = [[number, number, number], [number, number, number], [number, number, number]];

const SAMPLE_POINTS = 50_000;
const SWEEPS = 20;

/**
 * Directions of greatest, middle and least spread of a cloud's points inside a box (relative to its offset): unit
 * vectors, right-handed. Each of the first two points to the side on which the points reach out further (third moment), so
 * that equal objects get equal directions.
 */
export function findPrincipalAxes(
  { count, x, y, z }: Pick<PointCloud, 'count' | 'x' | 'y' | 'z'>,
  box: readonly (readonly [number, number])[],
): readonly [Vector, Vector, Vector] {
  const points: Vector[] = [];
  const step = Math.max(1, Math.floor(count / SAMPLE_POINTS));
  for (let i = 0; i < count; i += step) {
    const point: Vector = [x[i] ?? 0, y[i] ?? 0, z[i] ?? 0];
    if (point.every((value, axis) => value >= (box[axis]?.[0] ?? 0) && value <= (box[axis]?.[1] ?? 0))) {
      points.push(point);
    }
  }
  const mean = ([0, 1, 2] as const).map(
    (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length,
  );
  const centred = points.map(
    (point): Vector => [point[0] - (mean[0] ?? 0), point[1] - (mean[1] ?? 0), point[2] - (mean[2] ?? 0)],
  );
  const directions = diagonalise(computeCovariance(centred));
  const [first, second] = directions.map((direction) => orient(direction, centred));
  if (first === undefined || second === undefined)
    return [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
  return [first, second, cross(first, second)];
}

function computeCovariance(points: readonly Vector[]): Matrix {
  const sum: Matrix = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (const point of points) {
    for (const row of [0, 1, 2] as const) {
      for (const column of [0, 1, 2] as const) sum[row][column] += point[row] * point[column];
    }
  }
  return sum;
}

/** Eigenvectors of a symmetric matrix by Jacobi rotations, that of the greatest value first. */
function diagonalise(matrix: Matrix): Vector[] {
  const vectors: Matrix = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      if (matrix[p][q] === 0) continue;
      const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
      const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
      const cosine = 1 / Math.hypot(t, 1);
      rotate(matrix, vectors, p, q, cosine, t * cosine);
    }
  }
  return ([0, 1, 2] as const)
    .toSorted((a, b) => matrix[b][b] - matrix[a][a])
    .map((index): Vector => [vectors[0][index], vectors[1][index], vectors[2][index]]);
}

function rotate(
  matrix: Matrix,
  vectors: Matrix,
  p: 0 | 1 | 2,
  q: 0 | 1 | 2,
  cosine: number,
  sine: number,
): void {
  for (const k of [0, 1, 2] as const) {
    const [kp, kq] = [matrix[k][p], matrix[k][q]];
    matrix[k][p] = cosine * kp - sine * kq;
    matrix[k][q] = sine * kp + cosine * kq;
  }
  for (const k of [0, 1, 2] as const) {
    const [pk, qk] = [matrix[p][k], matrix[q][k]];
    matrix[p][k] = cosine * pk - sine * qk;
    matrix[q][k] = sine * pk + cosine * qk;
    const [vp, vq] = [vectors[k][p], vectors[k][q]];
    vectors[k][p] = cosine * vp - sine * vq;
    vectors[k][q] = sine * vp + cosine * vq;
  }
}

function orient(direction: Vector, points: readonly Vector[]): Vector {
  let skew = 0;
  for (const point of points) skew += dot(direction, point) ** 3;
  return skew < 0 ? [-direction[0], -direction[1], -direction[2]] : direction;
}
