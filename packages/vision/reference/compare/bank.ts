import { APPEARANCE_DIMS, summariseAppearance } from '../features/appearance.ts';
import { extractFeatures, type FeatureGrid, type LabPlanes } from '../features/extract.ts';
import { INVARIANT_DIMS, INVARIANT_NOISE_FLOOR, makeInvariant } from '../features/invariant.ts';
import { addLight } from '../features/light.ts';
import { addFloor, measureCovariance, whitenFeatures } from '../features/metric.ts';
import { matchTone } from '../features/tone.ts';
import { takeKernels } from '../kernels/kernels.ts';
import { type Comparison, layCells, smoothCells, subtractAppearance } from './comparison.ts';

/** Patches kept of all references together; more are thinned out evenly. */
const CAPACITY = 3000;

/** Share of the covariance of the references' patches in the metric; the rest is noise. */
const SPREAD_SHARE = 0.1;

/** Patches of one reference nearer than this many cells along both axes overlap and say nothing of each other. */
const APART = 8;

interface Bank {
  readonly count: number;
  readonly descriptors: Float32Array;
  readonly appearance: Float32Array;
  readonly reference: Uint32Array;
  readonly column: Uint32Array;
  readonly row: Uint32Array;
}

/**
 * Compares the query with references that could not be registered to it: each patch with the most similar one
 * anywhere in them, however turned or mirrored (memory bank, after PatchCore: Roth et al. 2022). Its distance is
 * divided by one plus the distance of that reference patch to the most similar one elsewhere in the references: what
 * is rare in them already may vary more. Takes one reference or more.
 */
export function compareWithBank(query: LabPlanes, references: readonly LabPlanes[]): Comparison {
  const light = references[0] as LabPlanes;
  const toned = [query, ...references].map((picture) =>
    picture === light ? light : matchTone(picture, light),
  );
  const plain = toned.map((picture) => extractFeatures(picture, layCells(picture)));
  const [features, ...grids] = plain.map(makeInvariant) as [FeatureGrid, ...FeatureGrid[]];
  const bank = fillBank(grids, plain.slice(1).map(summariseAppearance));

  const metric = measureCovariance(bank.descriptors, INVARIANT_DIMS).map((value) => value * SPREAD_SHARE);
  addFloor(metric, INVARIANT_NOISE_FLOOR);
  addLight(metric, INVARIANT_DIMS);
  whitenFeatures(bank.descriptors, metric, INVARIANT_DIMS);
  whitenFeatures(features.data, metric, INVARIANT_DIMS);

  const { nearest, strength } = searchBank(features, bank);
  const count = features.columns * features.rows;
  const expected = new Float32Array(count * APPEARANCE_DIMS);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < APPEARANCE_DIMS; k++) {
      expected[i * APPEARANCE_DIMS + k] = bank.appearance[
        (nearest[i] as number) * APPEARANCE_DIMS + k
      ] as number;
    }
  }
  return {
    strength: smoothCells(strength, features.columns, features.rows),
    change: subtractAppearance(summariseAppearance(plain[0] as FeatureGrid), expected),
  };
}

/** The most similar entry of the bank for each patch, and its distance over one plus that entry's rarity. */
function searchBank(
  features: FeatureGrid,
  bank: Bank,
): { readonly nearest: Uint32Array; readonly strength: Float32Array } {
  const kernels = takeKernels();
  const { run, load, reserve } = kernels;
  const before = kernels.mark();
  const count = features.columns * features.rows;
  const [descriptors, data] = [load(bank.descriptors), load(features.data)];
  const [pictures, columns, rows] = [load(bank.reference), load(bank.column), load(bank.row)];
  const [rarities, indices, distances] = [reserve(bank.count * 4), reserve(count * 4), reserve(count * 4)];
  run.measureRarity(descriptors, bank.count, INVARIANT_DIMS, pictures, columns, rows, APART, rarities);
  run.searchBank(data, count, descriptors, bank.count, INVARIANT_DIMS, indices, distances);
  const rarity = kernels.floats(rarities, bank.count);
  const nearest = kernels.words(indices, count).slice();
  const strength = kernels
    .floats(distances, count)
    .map((distance, i) => distance / (1 + (rarity[nearest[i] as number] as number)));
  kernels.release(before);
  return { nearest, strength };
}

function fillBank(grids: readonly FeatureGrid[], appearances: readonly Float32Array[]): Bank {
  const total = grids.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  const count = Math.min(CAPACITY, total);
  const bank = {
    count,
    descriptors: new Float32Array(count * INVARIANT_DIMS),
    appearance: new Float32Array(count * APPEARANCE_DIMS),
    reference: new Uint32Array(count),
    column: new Uint32Array(count),
    row: new Uint32Array(count),
  };
  let reference = 0;
  let passed = 0;
  for (let i = 0; i < count; i++) {
    const place = Math.floor((i * total) / count);
    let grid = grids[reference] as FeatureGrid;
    while (place >= passed + grid.columns * grid.rows) {
      passed += grid.columns * grid.rows;
      reference += 1;
      grid = grids[reference] as FeatureGrid;
    }
    const cell = place - passed;
    bank.reference[i] = reference;
    bank.column[i] = cell % grid.columns;
    bank.row[i] = Math.floor(cell / grid.columns);
    const start = cell * INVARIANT_DIMS;
    bank.descriptors.set(grid.data.subarray(start, start + INVARIANT_DIMS), i * INVARIANT_DIMS);
    const look = appearances[reference] as Float32Array;
    bank.appearance.set(
      look.subarray(cell * APPEARANCE_DIMS, (cell + 1) * APPEARANCE_DIMS),
      i * APPEARANCE_DIMS,
    );
  }
  return bank;
}
