import { expect, it } from 'vitest';
import { drawBinomial } from './binomial.ts';
import { seedRandom } from './random.ts';

const DRAWS = 50_000;

/** C(n, k) p^k (1 − p)^(n − k), term by term. */
function listProbabilities(trials: number, chance: number): number[] {
  const all = [(1 - chance) ** trials];
  for (let k = 1; k <= trials; k++) {
    all.push(((all[k - 1] as number) * (trials - k + 1) * chance) / (k * (1 - chance)));
  }
  return all;
}

// Means below 10 are inverted, others rejected, chances above one half mirrored.
it.each([
  [3, 0.4],
  [90, 0.05],
  [50, 0.3],
  [40, 0.9],
])('of %i trials with a chance of %d as many succeed as the formula has it', (trials, chance) => {
  const state = seedRandom(7);
  const seen = new Array<number>(trials + 1).fill(0);
  for (let i = 0; i < DRAWS; i++) {
    const count = drawBinomial(trials, chance, state);
    seen[count] = (seen[count] ?? 0) + 1;
  }
  listProbabilities(trials, chance).forEach((probability, count) => {
    const deviation = Math.sqrt((probability * (1 - probability)) / DRAWS);
    expect(Math.abs((seen[count] ?? 0) / DRAWS - probability), `${count}`).toBeLessThan(
      5 * deviation + 1 / DRAWS,
    );
  });
});

it.each([
  [1e7, 0.3],
  [1e7, 2e-6],
])('of %d trials with a chance of %d mean and variance are np and np(1 − p)', (trials, chance) => {
  const state = seedRandom(7);
  const [mean, variance] = [trials * chance, trials * chance * (1 - chance)];
  const off = Array.from({ length: DRAWS }, () => drawBinomial(trials, chance, state) - mean);
  const average = off.reduce((sum, one) => sum + one, 0) / DRAWS;
  const squares = off.reduce((sum, one) => sum + one * one, 0) / DRAWS;
  expect(Math.abs(average)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
  expect(squares / variance).toBeCloseTo(1, 1);
});

it('draws none of none, none by no chance, and all for certain', () => {
  const state = seedRandom(7);
  expect([drawBinomial(0, 0.5, state), drawBinomial(9, 0, state), drawBinomial(9, 1, state)]).toEqual([
    0, 0, 9,
  ]);
});
