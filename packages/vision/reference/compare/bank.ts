import { APPEARANCE_DIMS, summariseAppearance } from '../features/appearance.ts';
import { extractFeatures, type FeatureGrid, type LabPlanes } from '../features/extract.ts';
import { INVARIANT_DIMS, INVARIANT_NOISE_FLOOR, makeInvariant } from '../features/invariant.ts';
import { addLight } from '../features/light.ts';
import { addFloor, measureCovariance, whitenFeatures } from '../features/metric.ts';
import { matchTone } from '../features/tone.ts';
import { type Comparison, layCells, measureDistance, smoothCells, subtractAppearance } from './comparison.ts';

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

  const rarity = measureRarity(bank);
  const count = features.columns * features.rows;
  const strength = new Float32Array(count);
  const expected = new Float32Array(count * APPEARANCE_DIMS);
  let nearest = 0;
  for (let i = 0; i < count; i++) {
    // Neighbours resemble neighbours: starting from the last match ends most distances early.
    const at = i * INVARIANT_DIMS;
    let best = distanceTo(bank, nearest, features.data, at, Number.POSITIVE_INFINITY);
    for (let j = 0; j < bank.count; j++) {
      const distance = distanceTo(bank, j, features.data, at, best);
      if (distance < best) {
        best = distance;
        nearest = j;
      }
    }
    strength[i] = Math.sqrt(best) / (1 + (rarity[nearest] as number));
    for (let k = 0; k < APPEARANCE_DIMS; k++) {
      expected[i * APPEARANCE_DIMS + k] = bank.appearance[nearest * APPEARANCE_DIMS + k] as number;
    }
  }
  return {
    strength: smoothCells(strength, features.columns, features.rows),
    change: subtractAppearance(summariseAppearance(plain[0] as FeatureGrid), expected),
  };
}

function distanceTo(bank: Bank, entry: number, data: Float32Array, at: number, limit: number): number {
  return measureDistance(data, at, bank.descriptors, entry * INVARIANT_DIMS, INVARIANT_DIMS, limit);
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

function measureRarity(bank: Bank): Float32Array {
  const rarity = new Float32Array(bank.count);
  for (let i = 0; i < bank.count; i++) {
    let best = Number.POSITIVE_INFINITY;
    for (let j = 0; j < bank.count; j++) {
      if (overlap(bank, i, j)) continue;
      const distance = distanceTo(bank, j, bank.descriptors, i * INVARIANT_DIMS, best);
      if (distance < best) best = distance;
    }
    rarity[i] = Number.isFinite(best) ? Math.sqrt(best) : 0;
  }
  return rarity;
}

function overlap(bank: Bank, i: number, j: number): boolean {
  return (
    bank.reference[i] === bank.reference[j] &&
    Math.abs((bank.column[i] as number) - (bank.column[j] as number)) <= APART &&
    Math.abs((bank.row[i] as number) - (bank.row[j] as number)) <= APART
  );
}
