import type { Vector } from '../../geometry.ts';
import { RejectedError } from '../../rejected-error.ts';
import { type PointCloud, packColour, padCount } from '../cloud.ts';
import { loadPointCloudKernels, type PointCloudKernels } from './kernels.ts';

/** Least and greatest of a coordinate. */
export type Interval = readonly [number, number];

/** Along three axes. */
type Box = readonly [Interval, Interval, Interval];

/** A cloud in the kernels' memory, cleaned of points that were never measured. */
export interface Scene {
  readonly kernels: PointCloudKernels;
  readonly cloud: PointCloud;
  /** Addresses of the coordinates, and how many there are with their padding. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly padded: number;
  /** Where the object lies, less the cloud's offset. */
  readonly box: Box;
  /** Whether no point lies outside the box, nor at infinity. */
  readonly isWhole: boolean;
  /** Address and number of triangles. */
  readonly triangles: { readonly address: number; readonly count: number } | undefined;
  readonly notes: readonly string[];
}

const SAMPLE_POINTS = 4096;
/** Points further out than the middle 98 % by this many times its width belong to something else. */
const OUTLIER_WIDTHS = 1;
const PERCENTILES = [0.01, 0.99] as const;
/** Coordinates whose products float32 can hold; nothing measured lies beyond, in any unit. */
const ANYWHERE: Interval = [-1e15, 1e15];
const IDENTITY: readonly [Vector, Vector, Vector] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

type Columns = Pick<Scene, 'kernels' | 'x' | 'y' | 'z' | 'padded'>;

/**
 * Copies a cloud to the kernels' memory.
 * @throws RejectedError EMPTY_CLOUD when no point is a number
 */
export function createScene(cloud: PointCloud, kernels = loadPointCloudKernels()): Scene {
  const padded = padCount(cloud.count);
  const copy = (column: Float32Array) => {
    const address = kernels.reserve(padded * 4);
    kernels.floats(address, padded).set(column.subarray(0, padded));
    return address;
  };
  const [x, y, z] = [copy(cloud.x), copy(cloud.y), copy(cloud.z)];
  const columns = { kernels, x, y, z, padded };
  const missing = cloud.triangles === undefined ? dropMissing(columns, cloud) : 0;
  const everything = measureAlong(columns, IDENTITY, undefined);
  const areFinite = everything.flat().every((value) => value >= ANYWHERE[0] && value <= ANYWHERE[1]);
  const all = areFinite ? everything : measureBox(columns, [ANYWHERE, ANYWHERE, ANYWHERE]);
  if (all === undefined) {
    throw new RejectedError(
      'EMPTY_CLOUD',
      'The file holds no point whose coordinates are numbers. Check the export, or scan again.',
      { points: cloud.count },
    );
  }
  const core = cloud.triangles === undefined ? findCoreBox(cloud, all) : all;
  const isWhole = all.every(
    ([least, most], axis) => least >= (core[axis]?.[0] ?? 0) && most <= (core[axis]?.[1] ?? 0),
  );
  const box = isWhole ? all : (measureBox(columns, core) ?? all);
  const notes = [...cloud.notes];
  if (missing > 0) notes.push(`${missing} of ${cloud.count} points were never measured and are left out.`);
  if (!isWhole) {
    notes.push('Some points lie far away from all others; the views leave them out.');
  }
  return {
    ...columns,
    cloud,
    box,
    isWhole: isWhole && areFinite,
    triangles: cloud.triangles && {
      address: copyWords(kernels, cloud.triangles),
      count: cloud.triangles.length / 3,
    },
    notes,
  };
}

/**
 * Least and greatest along the three rows of a projection of the points in the box, or of all points without one: infinite
 * then if any of them is.
 */
function measureAlong(
  { kernels, x, y, z, padded }: Columns,
  rows: readonly [Vector, Vector, Vector],
  box: Box | undefined,
): Box {
  const mark = kernels.mark();
  const camera = kernels.reserve(48);
  const limits = kernels.reserve(24);
  const bounds = kernels.reserve(24);
  kernels.floats(camera, 12).set(rows.flatMap((row) => [...row, 0]));
  if (box === undefined) {
    kernels.run.measureAll(x, y, z, padded, camera, bounds);
  } else {
    kernels.floats(limits, 6).set(box.flat());
    kernels.run.measure(x, y, z, padded, camera, limits, bounds);
  }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = kernels.floats(bounds, 6);
  kernels.release(mark);
  return [
    [a, b],
    [c, d],
    [e, f],
  ];
}

/** The points as they are drawn: good until the kernels' memory grows. */
export function viewPoints({
  kernels,
  x,
  y,
  z,
  cloud: { count },
}: Scene): Pick<PointCloud, 'count' | 'x' | 'y' | 'z'> {
  const [px, py, pz] = [kernels.floats(x, count), kernels.floats(y, count), kernels.floats(z, count)];
  return { count, x: px, y: py, z: pz };
}

/** The object's extent along three directions. */
export function measureObject(scene: Scene, rows: readonly [Vector, Vector, Vector]): Box {
  const found = scene.isWhole ? measureAlong(scene, rows, undefined) : undefined;
  // Infinities of both signs in one point cancel out along the axes, and only there.
  return found?.flat().every(Number.isFinite) ? found : measureAlong(scene, rows, scene.box);
}

/** `undefined` when no point lies in the box. */
function measureBox(columns: Columns, box: Box): Box | undefined {
  const found = measureAlong(columns, IDENTITY, box);
  return found[0][0] > found[0][1] ? undefined : found;
}

/**
 * Makes NaN of points that stand for no measurement: two or more exactly at 0, 0, 0. Returns how many points are missing,
 * those included that had no numbers before.
 */
function dropMissing({ kernels, x, y, z, padded }: Columns, { count, offset }: PointCloud): number {
  const mark = kernels.mark();
  const zero = kernels.reserve(16);
  const origin = offset.map((value) => Math.fround(0 - value));
  kernels.floats(zero, 3).set(origin);
  const both = kernels.run.countMissing(x, y, z, padded, zero);
  kernels.release(mark);
  const zeros = Number(both & 0xffffffffn);
  const missing = Number(both >> 32n) - (padded - count);
  if (zeros < 2) return missing;
  const [px, py, pz] = [x, y, z].map((address) => kernels.floats(address, count));
  if (px === undefined || py === undefined || pz === undefined) return missing;
  for (let i = 0; i < count; i++) {
    if (px[i] === origin[0] && py[i] === origin[1] && pz[i] === origin[2]) px[i] = Number.NaN;
  }
  return missing + zeros;
}

/** The box of the middle of the points, widened on every side. */
function findCoreBox({ count, x, y, z }: PointCloud, all: Box): Box {
  const step = Math.max(1, Math.floor(count / SAMPLE_POINTS));
  const widen = (column: Float32Array, axis: 0 | 1 | 2): Interval => {
    const sample = new Float32Array(Math.ceil(count / step));
    let length = 0;
    for (let i = 0; i < count; i += step) {
      const value = column[i] ?? 0;
      if (Number.isFinite(value)) sample[length++] = value;
    }
    const sorted = sample.subarray(0, length).sort();
    const [low, high] = PERCENTILES.map((part) => sorted[Math.round(part * (length - 1))] ?? 0);
    if (low === undefined || high === undefined || !(high > low)) return all[axis];
    const slack = (high - low) * OUTLIER_WIDTHS;
    return [low - slack, high + slack];
  };
  return [widen(x, 0), widen(y, 1), widen(z, 2)];
}

/** Address of a colour per point, from colours or intensities; `undefined` without either. */
export function copyColours({ kernels, cloud: { colours, intensities, count } }: Scene): number | undefined {
  const paint = colours ?? (intensities && spreadIntensities(intensities, count));
  return paint && copyWords(kernels, paint);
}

/** Greys between the 1st and the 99th of 100 intensities. */
function spreadIntensities(intensities: Float32Array, count: number): Uint32Array {
  const step = Math.max(1, Math.floor(count / SAMPLE_POINTS));
  const sample = Array.from({ length: Math.ceil(count / step) }, (_, i) => intensities[i * step] ?? 0)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const [low = 0, high = 0] = PERCENTILES.map((part) => sample[Math.round(part * (sample.length - 1))]);
  const factor = high > low ? 255 / (high - low) : 0;
  return Uint32Array.from({ length: padCount(count) }, (_, i) => {
    const grey = Math.max(0, Math.min(255, Math.round(((intensities[i] ?? 0) - low) * factor))) || 0;
    return packColour(grey, grey, grey);
  });
}

function copyWords(kernels: PointCloudKernels, words: Uint32Array): number {
  const address = kernels.reserve(words.length * 4);
  kernels.words(address, words.length).set(words);
  return address;
}
