import { describe, expect, it } from 'vitest';
import { measure } from '../measures.ts';
import { buildRanking } from '../ranking/ranking.ts';
import { compare } from './compare.ts';
import { computeMcNemar } from './mcnemar.ts';

describe('computeMcNemar', () => {
  it('gives twice the binomial tail below 25 discordant items: 1 against 9 is 22 / 1024', () => {
    expect(computeMcNemar(1, 9)).toMatchObject({ exact: true, statistic: null, pValue: 22 / 1024 });
    expect(computeMcNemar(3, 3).pValue).toBe(1);
    expect(computeMcNemar(0, 0).pValue).toBe(1);
  });

  // p-values: scipy.stats.chi2.sf(statistic, 1), scipy 1.10.1
  it.each([
    [159, 282, 33.7505668934, 6.265078e-9],
    [215, 169, 5.2734375, 0.021653213],
    [72, 140, 21.1745283019, 4.193003e-6],
  ])('gives χ² with continuity correction from 25 on: %i against %i', (b, c, statistic, pValue) => {
    const result = computeMcNemar(b, c);
    expect(result.statistic).toBeCloseTo(statistic, 8);
    expect(result.pValue / pValue).toBeCloseTo(1, 6);
    expect(result.exact).toBe(false);
  });
});

describe('compare', () => {
  const labels = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : 0));
  // A quarter of the items is called wrongly by the first, none by the second.
  const first = labels.map((label, i) => (i % 8 < 2 ? 1 - label : label));

  it('finds the difference, with an interval away from 0', () => {
    const { differences, mcNemar, items } = compare({ labels, first, second: labels });
    expect(items).toBe(200);
    expect(differences.acc?.value).toBe(0.25);
    expect(differences.acc?.interval[0]).toBeGreaterThan(0.15);
    expect(mcNemar).toMatchObject({ onlyFirst: 0, onlySecond: 50 });
    expect(mcNemar.pValue).toBeLessThan(1e-9);
  });

  it('gives no width to the difference of a variant from itself: resamples draw the same items for both', () => {
    const { differences } = compare({ labels, first, second: first });
    expect(differences.auroc).toEqual({ value: 0, interval: [0, 0] });
  });

  it('gives only McNemar for one class', () => {
    expect(compare({ labels: [1, 1], first: [1, 0], second: [1, 1] }).differences).toEqual({});
  });

  it("differs by exactly the metrics' difference", () => {
    const { differences } = compare({ labels, first, second: labels });
    const [a, b] = [first, labels].map((scores) => measure(buildRanking(scores, labels)).metrics);
    expect(differences.auroc?.value).toBe((b?.auroc ?? 0) - (a?.auroc ?? 0));
  });
});
