import { expect, it } from 'vitest';
import { computeProportion } from './wilson.ts';

// Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%i of %i has the interval that Newcombe prints', (count, of, low, high) => {
  const proportion = computeProportion(count, of);
  expect(proportion?.value).toBe(count / of);
  expect(proportion?.low).toBeCloseTo(low, 4);
  expect(proportion?.high).toBeCloseTo(high, 4);
});

it('all of some is the mirror of none; of nothing there is no share', () => {
  expect(computeProportion(20, 20)?.low).toBeCloseTo(1 - 0.1611, 4);
  expect(computeProportion(20, 20)?.high).toBe(1);
  expect(computeProportion(0, 0)).toBeNull();
});
