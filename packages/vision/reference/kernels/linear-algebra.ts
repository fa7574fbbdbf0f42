/**
 * Lower triangular Cholesky factor of a symmetric positive definite matrix, `size` × `size`, row by row.
 * Throws RangeError when a pivot is not positive.
 */
export function factorCholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number);
      if (i === j) {
        if (!(sum > 0)) throw new RangeError(`The matrix is not positive definite at row ${i}.`);
        lower[i * size + i] = Math.sqrt(sum);
      } else {
        lower[i * size + j] = sum / (lower[j * size + j] as number);
      }
    }
  }
  return lower;
}

/** Solves `matrix` · x = `right` for a symmetric positive definite matrix. Throws RangeError when it is not. */
export function solvePositive(matrix: Float64Array, right: Float64Array, size: number): Float64Array {
  const lower = factorCholesky(matrix, size);
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = right[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  return x;
}
