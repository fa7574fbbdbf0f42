import { expect, it } from 'vitest';
import { PROVIDERS } from './provider.ts';
import { divideFairly, simulate } from './simulate.ts';

const DEMANDS = { a: 0.5, b: 0.5, c: 0.1, d: 0.4 };
const PER_WORKER = 24;

it('max-min shares give nobody more than it wants and the rest evenly', () => {
  expect(divideFairly({ a: 0.5, b: 0.1 })).toEqual({ b: 0.1, a: 0.5 });
  const shares = divideFairly(DEMANDS);
  expect(shares.c).toBe(0.1);
  for (const tenant of ['a', 'b', 'd'] as const) expect(shares[tenant]).toBeCloseTo(0.3, 12);
});

// The same for 1 to 64 workers and an hour: test/bench/judge-pacing.ts.
it.each([
  ['headers', 1, 60, 6],
  ['window', 4, 20, 6],
  ['strict', 16, 6, 6],
  // What is stated nowhere has to be measured first, by some ten refusals.
  ['silent', 4, 20, 20],
  ['silent', 16, 6, 20],
] as const)(
  'provider "%s", %i workers: the limit is used, calls are hardly ever refused, tenants get their fair share',
  async (kind, workers, minutes, warmUpMinutes) => {
    const figures = await simulate({
      provider: PROVIDERS[kind],
      workers,
      perMinute: workers * PER_WORKER,
      demands: DEMANDS,
      minutes,
      warmUpMinutes,
      seed: 7,
    });

    expect(figures.used).toBeGreaterThan(0.98);
    expect(figures.used).toBeLessThan(1.02);
    expect(figures.refused).toBeLessThan(0.001);
    expect(figures.worstShare).toBeGreaterThan(0.9);
    expect(figures.writesPerCall).toBeLessThan(1.5);
  },
  60_000,
);

it('a limit that is stated nowhere and comes down to half is measured anew', async () => {
  const scenario = {
    provider: PROVIDERS.silent,
    workers: 4,
    perMinute: 4 * PER_WORKER,
    demands: DEMANDS,
    seed: 7,
  };
  const figures = await simulate({ ...scenario, becomes: 2 * PER_WORKER, minutes: 30, warmUpMinutes: 20 });

  expect(figures.used).toBeGreaterThan(0.9);
  expect(figures.refused).toBeLessThan(0.05);
}, 60_000);
