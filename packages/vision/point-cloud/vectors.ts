import type { Vector } from '../geometry.ts';

export function dot([ax, ay, az]: Vector, [bx, by, bz]: Vector): number {
  return ax * bx + ay * by + az * bz;
}

export function scale([x, y, z]: Vector, factor: number): Vector {
  return [x * factor, y * factor, z * factor];
}

export function add(...vectors: readonly Vector[]): Vector {
  return [sum(vectors, 0), sum(vectors, 1), sum(vectors, 2)];
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function cross([ax, ay, az]: Vector, [bx, by, bz]: Vector): Vector {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}

export function normalise(vector: Vector): Vector {
  return scale(vector, 1 / Math.hypot(...vector));
}

function sum(vectors: readonly Vector[], axis: 0 | 1 | 2): number {
  return vectors.reduce((total, vector) => total + vector[axis], 0);
}
