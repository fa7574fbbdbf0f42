import { expect, it } from 'vitest';
import { FLOOR_DB, measureSpectrum } from './spectrum.ts';

it('a tone that goes on from the first row to the last is nothing but a tone in every column', () => {
  // Ten rows a wave, on a constant: bins of a transform of 64 rows (2048 / 32) are 1/64 apart, so it lies between 6 and 7.
  const values = Float64Array.from({ length: 2048 }, (_, row) => 5 + Math.sin((2 * Math.PI * row) / 10));
  const { levels, bins } = measureSpectrum(values, 300);
  expect(bins).toBe(33);
  for (let column = 0; column < 300; column++) {
    const levelsOf = levels.subarray(column * bins, (column + 1) * bins);
    expect(levelsOf[0]).toBe(FLOOR_DB);
    expect(Math.max(...levelsOf.subarray(6, 8))).toBeGreaterThan(-3);
    // The side lobes of a Hann window fall by 18 dB an octave, from 31 dB below its middle on.
    expect(Math.max(...levelsOf.subarray(0, 3), ...levelsOf.subarray(11))).toBeLessThan(-40);
  }
});

it('fewer rows than a transform has are shown as they are', () => {
  const { levels, bins } = measureSpectrum(Float64Array.of(1, 2, 1, 2, 1), 4);
  expect(levels).toHaveLength(4 * bins);
  expect(levels.every((level) => level <= 0 && level >= FLOOR_DB)).toBe(true);
});
