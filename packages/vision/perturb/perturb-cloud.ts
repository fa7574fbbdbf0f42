import type { Vector } from '../geometry.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { detectCloud } from '../point-cloud/detect-cloud.ts';
import { parseCloud } from '../point-cloud/parse-cloud.ts';
import { add, dot, scale, subtract } from '../point-cloud/vectors.ts';
import { createRandom } from '../reference/kernels/random.ts';
import { findNormal } from './find-normal.ts';

/** A made defect. Lengths are parts of the diagonal of the object's box. */
export interface CloudDefect {
  readonly kind: 'DENT' | 'BUMP' | 'HOLE';
  readonly radius: number;
  /** How far the middle of a dent or bump moves. */
  readonly depth: number;
}

/** Part of the points that a scan catches anew. */
const CAUGHT = 0.6;
/** Deviation of the noise, as a part of the points' mean distance. */
const NOISE = 0.1;
/** The whole object would be moved by a place that has few points around. */
const LEAST_POINTS = 12;
const HEAD_BYTES = 4096;

/**
 * The points of a file as if the object were scanned again in the same place: six of ten of them, drawn anew, each moved by a tenth of
 * their mean distance. Faces and colours are left out. The same seed gives the same file, a binary PLY.
 */
export async function rescanCloud(bytes: Uint8Array, seed: number): Promise<Uint8Array<ArrayBuffer>> {
  return writePly(await rescan(bytes, seed));
}

/** `rescanCloud` with a defect at a place drawn by the seed: see `CloudDefect`. Gives the place too, in the file's units. */
export async function damageCloud(
  bytes: Uint8Array,
  { kind, radius, depth }: CloudDefect,
  seed: number,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly place: Vector }> {
  const points = await rescan(bytes, seed);
  const random = createRandom(seed ^ 0x2545f491);
  const diagonal = measureDiagonal(points);
  const reach = radius * diagonal;
  const middle = findMiddle(points);
  for (;;) {
    const place = points[Math.floor(random() * points.length)] ?? middle;
    const near = points.filter((point) => measureLength(subtract(point, place)) < reach);
    if (near.length < LEAST_POINTS) continue;
    if (kind === 'HOLE') return { place, bytes: writePly(points.filter((point) => !near.includes(point))) };
    const normal = findNormal(near);
    const outwards = dot(normal, subtract(place, middle)) < 0 ? scale(normal, -1) : normal;
    const way = scale(outwards, (kind === 'DENT' ? -1 : 1) * depth * diagonal);
    const moved = points.map((point) => {
      const share = measureLength(subtract(point, place)) / reach;
      return share < 1 ? add(point, scale(way, (1 - share ** 2) ** 2)) : point;
    });
    return { place, bytes: writePly(moved) };
  }
}

async function rescan(bytes: Uint8Array, seed: number): Promise<Vector[]> {
  const mediaType = detectCloud(bytes.subarray(0, HEAD_BYTES));
  if (mediaType === undefined) throw new RangeError('The bytes are no cloud or mesh.');
  const { x, y, z, offset, count } = await parseCloud(bytes, mediaType, DEFAULT_LIMITS);
  const all: Vector[] = [];
  for (let i = 0; i < count; i++) {
    const point = add([x[i] ?? 0, y[i] ?? 0, z[i] ?? 0], offset);
    if (point.every(Number.isFinite)) all.push(point);
  }
  const random = createRandom(seed);
  const deviation = NOISE * measureDiagonal(all) * Math.sqrt(1 / all.length);
  return all
    .filter(() => random() < CAUGHT)
    .map((point) => {
      // A uniform number has a deviation of 1/√12.
      const shift = () => deviation * Math.sqrt(12) * (random() - 0.5);
      return add(point, [shift(), shift(), shift()]);
    });
}

function findMiddle(points: readonly Vector[]): Vector {
  let sum: Vector = [0, 0, 0];
  for (const point of points) sum = add(sum, point);
  return scale(sum, 1 / points.length);
}

function measureDiagonal(points: readonly Vector[]): number {
  const sides = ([0, 1, 2] as const).map((axis) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const point of points) {
      least = Math.min(least, point[axis]);
      most = Math.max(most, point[axis]);
    }
    return most - least;
  });
  return Math.hypot(...sides);
}

function measureLength(vector: Vector): number {
  return Math.hypot(...vector);
}

function writePly(points: readonly Vector[]): Uint8Array<ArrayBuffer> {
  const properties = ['x', 'y', 'z'].map((name) => `property float ${name}\n`).join('');
  const header = `ply\nformat binary_little_endian 1.0\nelement vertex ${points.length}\n${properties}end_header\n`;
  const bytes = new Uint8Array(header.length + points.length * 12);
  bytes.set(Buffer.from(header));
  const view = new DataView(bytes.buffer, header.length);
  for (const [i, point] of points.entries()) {
    for (const axis of [0, 1, 2] as const) view.setFloat32(i * 12 + axis * 4, point[axis], true);
  }
  return bytes;
}
