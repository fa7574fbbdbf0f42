import { APPEARANCE_DIMS, summariseAppearance } from '../features/appearance.ts';
import { extractFeatures, type LabPlanes } from '../features/extract.ts';
import { INVARIANT_DIMS, INVARIANT_NOISE_FLOOR, makeInvariant } from '../features/invariant.ts';
import { addFloor, measureCovariance, whitenFeatures } from '../features/metric.ts';
import { readQuantile } from '../kernels/plane.ts';
import { type Comparison, layCells, smoothCells, subtractAppearance } from './comparison.ts';

/** Robust deviations above the median at which a lone picture's patch counts as one unit of strength. */
const UNIT = 8;

/**
 * Compares a picture with itself: the Mahalanobis distance of each patch to the mean of all
 * (RX: Reed and Yu 1990), in units of eight robust deviations of these distances. Sees what is rare in a regular
 * texture; says little about an object.
 */
export function compareAlone(picture: LabPlanes): Comparison {
  const plain = extractFeatures(picture, layCells(picture));
  const features = makeInvariant(plain);
  const count = features.columns * features.rows;
  const metric = measureCovariance(features.data, INVARIANT_DIMS);
  addFloor(metric, INVARIANT_NOISE_FLOOR);
  whitenFeatures(features.data, metric, INVARIANT_DIMS);
  const mean = averageCells(features.data, INVARIANT_DIMS);
  const distances = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < INVARIANT_DIMS; k++) {
      sum += ((features.data[i * INVARIANT_DIMS + k] as number) - (mean[k] as number)) ** 2;
    }
    distances[i] = Math.sqrt(sum);
  }
  const middle = readQuantile(distances, 0.5);
  const deviation =
    1.4826 *
    readQuantile(
      distances.map((distance) => Math.abs(distance - middle)),
      0.5,
    );
  const unit = UNIT * Math.max(deviation, 0.1);
  const appearance = summariseAppearance(plain);
  const usual = averageCells(appearance, APPEARANCE_DIMS);
  const expected = appearance.map((_, i) => usual[i % APPEARANCE_DIMS] as number);
  return {
    strength: smoothCells(
      distances.map((distance) => distance / unit),
      features.columns,
      features.rows,
    ),
    change: subtractAppearance(appearance, expected),
  };
}

function averageCells(data: Float32Array, dims: number): Float64Array {
  const mean = new Float64Array(dims);
  for (let i = 0; i < data.length; i++) {
    mean[i % dims] = (mean[i % dims] as number) + ((data[i] as number) * dims) / data.length;
  }
  return mean;
}
