import { summariseAppearance } from '../features/appearance.ts';
import { DIMS, extractFeatures, type FeatureGrid, type LabPlanes, NOISE_FLOOR } from '../features/extract.ts';
import { addLight } from '../features/light.ts';
import { addCovariance, addFloor, measureCovariance, whitenFeatures } from '../features/metric.ts';
import { matchTone } from '../features/tone.ts';
import type { Grid } from '../kernels/blur.ts';
import { takeKernels } from '../kernels/kernels.ts';
import { coverOutside, drawInFrame, lookAgain, type SecondLook } from '../register/draw.ts';
import type { Similarity } from '../register/similarity.ts';
import { STRIDE } from '../working-image.ts';
import { type Comparison, layCells, smoothCells, subtractAppearance } from './comparison.ts';

/** A reference and how the query lies on it. */
export interface AlignedReference {
  readonly picture: LabPlanes;
  readonly map: Similarity;
}

/** How far a patch may sit from its place, in half size pixels (so 8 pixels of 320). */
export const REACH = 4;

/** Share of the covariance of the reference's patches in the metric; the rest is nuisance and noise. */
const SPREAD_SHARE = 0.1;

/** What a second photograph of the same thing may show without meaning anything. */
const SECOND_LOOKS: readonly SecondLook[] = [
  { x: 0.5, y: 0.5, angle: 0.004, noise: 1.5, seed: 1 },
  { x: -0.5, y: 0.25, angle: -0.004, noise: 1.5, seed: 2 },
];

/**
 * Compares the query with references that were registered to it. Each patch is looked for in every reference within
 * ±8 pixels (of 320) of its place; its distance is divided by one plus the distance that a second look at the
 * references themselves shows there: slightly moved, turned and noisy copies of each, and the other references.
 * Takes one reference or more, the best registered first.
 */
export function compareAligned(query: LabPlanes, references: readonly AlignedReference[]): Comparison {
  const cells = layCells(query);
  const { toned, drawn, unseen } = bringTogether(query, references, cells);
  const dense = layDense(cells);
  const targets = drawn.map((picture) => extractFeatures(picture, dense));
  const plain = targets.map((target) => pickCells(target, cells));
  // Several references show by themselves how things vary; one look at each is enough then.
  const looks = drawn.map((picture, index) =>
    SECOND_LOOKS.filter((_, at) => drawn.length < 3 || at === index % SECOND_LOOKS.length).map((look) =>
      extractFeatures(lookAgain(picture, look), cells),
    ),
  );
  const features = extractFeatures(toned, cells);
  const change = subtractAppearance(
    summariseAppearance(features),
    summariseAppearance(plain[0] as FeatureGrid),
  );

  const metric = estimateMetric(targets[0] as FeatureGrid, plain[0] as FeatureGrid, looks[0] ?? []);
  for (const grid of [features, ...targets, ...plain, ...looks.flat()])
    whitenFeatures(grid.data, metric, DIMS);

  const found = nearestOf(
    targets.map((target, index) => maskCells(searchWindow(features, target), unseen[index])),
  );
  const allowed = targets.map((target, index) => {
    const own = plain[index] as FeatureGrid;
    const again = (looks[index] ?? []).map((look) => searchWindow(look, target)).reduce(keepMore);
    const apart = targets.flatMap((other, at) =>
      at === index ? [] : [maskCells(searchWindow(own, other), unseen[at], unseen[index])],
    );
    return apart.length === 0 ? again : keepMore(again, nearestOf(apart));
  });
  const widened = widenCells(allowed.reduce(keepMore), cells.columns, cells.rows);
  const strength = found.map((distance, i) => distance / (1 + (widened[i] as number)));
  return { strength: smoothCells(strength, cells.columns, cells.rows), change };
}

/** Query and references in one frame and one light, that of the first, and the cells each reference leaves unseen. */
function bringTogether(
  query: LabPlanes,
  references: readonly AlignedReference[],
  cells: Grid,
): { toned: LabPlanes; drawn: LabPlanes[]; unseen: Uint8Array[] } {
  const raw = references.map(({ picture, map }) => drawInFrame(picture, map, query.l));
  const first = raw[0] as LabPlanes;
  const toned = matchTone(query, first);
  const drawn = raw.map((picture, index) => (index === 0 ? picture : matchTone(picture, first)));
  const unseen = drawn.map((picture, index) => {
    const { picture: reference, map } = references[index] as AlignedReference;
    const outside = coverOutside(picture, reference.l, map, toned);
    return Uint8Array.from({ length: cells.columns * cells.rows }, (_, cell) => {
      const x = (cell % cells.columns) * STRIDE;
      const y = Math.floor(cell / cells.columns) * STRIDE;
      return outside[y * query.l.width + x] as number;
    });
  });
  return { toned, drawn, unseen };
}

/** Distances with infinity where one of the masks says that there was nothing to see. */
function maskCells(distances: Float32Array, ...masks: readonly (Uint8Array | undefined)[]): Float32Array {
  return distances.map((distance, i) =>
    masks.some((mask) => mask?.[i] === 1) ? Number.POSITIVE_INFINITY : distance,
  );
}

/** The least of several distances, 0 where none could be measured. */
function nearestOf(distances: readonly Float32Array[]): Float32Array {
  const [first, ...others] = distances as [Float32Array, ...Float32Array[]];
  return first.map((distance, i) => {
    const least = others.reduce((sofar, other) => Math.min(sofar, other[i] as number), distance);
    return Number.isFinite(least) ? least : 0;
  });
}

/** The places of `cells` and those between and around them where a patch may have gone. */
function layDense(cells: Grid): Grid {
  return {
    origin: cells.origin - REACH,
    stride: 1,
    columns: (cells.columns - 1) * cells.stride + 1 + 2 * REACH,
    rows: (cells.rows - 1) * cells.stride + 1 + 2 * REACH,
  };
}

/** The descriptors of `cells` among those of `layDense(cells)`. */
function pickCells(dense: FeatureGrid, { columns, rows, stride }: Grid): FeatureGrid {
  const data = new Float32Array(columns * rows * DIMS);
  for (let cell = 0; cell < columns * rows; cell++) {
    const row = Math.floor(cell / columns) * stride + REACH;
    const from = (row * dense.columns + (cell % columns) * stride + REACH) * DIMS;
    data.set(dense.data.subarray(from, from + DIMS), cell * DIMS);
  }
  return { columns, rows, dims: DIMS, data };
}

/** Covariance of what means nothing (second looks, noise) with a share of how patches differ anyway. */
function estimateMetric(
  target: FeatureGrid,
  plain: FeatureGrid,
  looks: readonly FeatureGrid[],
): Float64Array {
  const metric = new Float64Array(DIMS * DIMS);
  addCovariance(metric, measureCovariance(target.data, DIMS), SPREAD_SHARE);
  for (const look of looks) {
    const moved = look.data.map((value, i) => value - (plain.data[i] as number));
    addCovariance(metric, measureCovariance(moved, DIMS), 1 / looks.length);
  }
  addFloor(metric, NOISE_FLOOR);
  addLight(metric, DIMS);
  return metric;
}

/** Distance of each cell to the nearest descriptor of `dense` (see `layDense`) around its place. */
export function searchWindow(cells: FeatureGrid, dense: FeatureGrid): Float32Array {
  const between = (dense.columns - 1 - 2 * REACH) / Math.max(1, cells.columns - 1);
  const kernels = takeKernels();
  const before = kernels.mark();
  const count = cells.columns * cells.rows;
  const out = kernels.reserve(count * 4);
  const { columns, rows } = cells;
  const [from, to] = [kernels.load(cells.data), kernels.load(dense.data)];
  kernels.run.searchWindow(from, columns, rows, to, dense.columns, between, REACH, DIMS, out);
  const distances = kernels.floats(out, count).slice();
  kernels.release(before);
  return distances;
}

function keepMore(one: Float32Array, other: Float32Array): Float32Array {
  return one.map((value, i) => Math.max(value, other[i] as number));
}

/** The largest value among each cell and its eight neighbours. */
function widenCells(values: Float32Array, columns: number, rows: number): Float32Array {
  return values.map((_, i) => {
    const x = i % columns;
    const y = (i - x) / columns;
    let most = 0;
    for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++) {
        most = Math.max(most, values[v * columns + u] as number);
      }
    }
    return most;
  });
}
