import { takeKernels } from '../kernels/kernels.ts';
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
 * each becomes L⁻¹ · descriptor with L the Cholesky factor. `dims` must be a multiple of 4. Throws RangeError when it is not positive definite.
 */
export function whitenFeatures(data: Float32Array, covariance: Float64Array, dims: number): void {
  const kernels = takeKernels();
  const before = kernels.mark();
  const address = kernels.load(data);
  const columns = kernels.load(invertLower(factorCholesky(covariance, dims), dims));
  const room = kernels.reserve(dims * 4);
  kernels.run.multiplyLower(address, data.length / dims, dims, columns, room);
  data.set(kernels.floats(address, data.length));
  kernels.release(before);
}

/** The inverse of a lower triangular matrix given row by row, column by column. */
function invertLower(lower: Float64Array, size: number): Float32Array {
  const columns = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let sum = row === column ? 1 : 0;
      for (let k = column; k < row; k++) {
        sum -= (lower[row * size + k] as number) * (columns[column * size + k] as number);
      }
      columns[column * size + row] = sum / (lower[row * size + row] as number);
    }
  }
  return Float32Array.from(columns);
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
