import { factorCholesky } from '../kernels/linear-algebra.ts';

/** Covariance of descriptors, `dims` × `dims` row by row, `dims` numbers a descriptor. */
export function measureCovariance(data: Float32Array, dims: number): Float64Array {
  const count = data.length / dims;
  const mean = new Float64Array(dims);
  for (let i = 0; i < data.length; i += dims) {
    for (let k = 0; k < dims; k++) mean[k] = (mean[k] as number) + (data[i + k] as number) / count;
  }
  const covariance = new Float64Array(dims * dims);
  const offset = new Float64Array(dims);
  for (let i = 0; i < data.length; i += dims) {
    for (let k = 0; k < dims; k++) offset[k] = (data[i + k] as number) - (mean[k] as number);
    for (let k = 0; k < dims; k++) {
      const scaled = (offset[k] as number) / count;
      for (let j = 0; j <= k; j++) {
        covariance[k * dims + j] = (covariance[k * dims + j] as number) + scaled * (offset[j] as number);
      }
    }
  }
  for (let k = 0; k < dims; k++) {
    for (let j = 0; j < k; j++) covariance[j * dims + k] = covariance[k * dims + j] as number;
  }
  return covariance;
}

/**
 * Turns descriptors, in place, into ones whose Euclidean distance is the Mahalanobis distance under `covariance`:
 * each becomes L⁻¹ · descriptor with L the Cholesky factor. Throws RangeError when it is not positive definite.
 */
export function whitenFeatures(data: Float32Array, covariance: Float64Array, dims: number): void {
  const lower = factorCholesky(covariance, dims);
  for (let i = 0; i < data.length; i += dims) {
    for (let k = 0; k < dims; k++) {
      let sum = data[i + k] as number;
      for (let j = 0; j < k; j++) sum -= (lower[k * dims + j] as number) * (data[i + j] as number);
      data[i + k] = sum / (lower[k * dims + k] as number);
    }
  }
}

/** Adds `weight` × `more` to a covariance, in place. */
export function addCovariance(sum: Float64Array, more: Float64Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (more[i] as number);
}

/** Adds squared deviations to the diagonal of a covariance, in place. */
export function addFloor(sum: Float64Array, deviations: ArrayLike<number>): void {
  for (let k = 0; k < deviations.length; k++) {
    const place = k * (deviations.length + 1);
    sum[place] = (sum[place] as number) + (deviations[k] as number) ** 2;
  }
}
