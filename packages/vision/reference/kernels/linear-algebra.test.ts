import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factorCholesky, solvePositive } from './linear-algebra.ts';

describe('solvePositive', () => {
  it('solves M·Mᵀ + 1 times x for any M', () => {
    const numbers = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(numbers, (values) => {
        const size = 4;
        const matrix = new Float64Array(16);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            let sum = i === j ? 1 : 0;
            for (let k = 0; k < size; k++) sum += (values[i * size + k] ?? 0) * (values[j * size + k] ?? 0);
            matrix[i * size + j] = sum;
          }
        }
        const right = Float64Array.from(values.slice(16));
        const x = solvePositive(matrix, right, size);
        for (let i = 0; i < size; i++) {
          let sum = 0;
          for (let j = 0; j < size; j++) sum += (matrix[i * size + j] ?? 0) * (x[j] ?? 0);
          expect(sum).toBeCloseTo(right[i] ?? 0, 6);
        }
      }),
    );
  });
});

describe('factorCholesky', () => {
  it('finds the factor of the textbook example', () => {
    const matrix = Float64Array.from([4, 12, -16, 12, 37, -43, -16, -43, 98]);
    expect([...factorCholesky(matrix, 3)]).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => factorCholesky(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(RangeError);
  });
});
