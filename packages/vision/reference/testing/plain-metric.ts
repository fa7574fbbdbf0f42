import { factorCholesky } from '../kernels/linear-algebra.ts';

/** What `whitenFeatures` does, in plain TypeScript. */
export function whitenPlainly(data: Float32Array, covariance: Float64Array, dims: number): void {
  const lower = factorCholesky(covariance, dims);
  for (let i = 0; i < data.length; i += dims) {
    for (let k = 0; k < dims; k++) {
      let sum = data[i + k] as number;
      for (let j = 0; j < k; j++) sum -= (lower[k * dims + j] as number) * (data[i + j] as number);
      data[i + k] = sum / (lower[k * dims + k] as number);
    }
  }
}
