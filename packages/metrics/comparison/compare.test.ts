import { describe, expect, it } from 'vitest';
import { drawUint32, seedRandom } from '../intervals/random.ts';
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

  it('gives the same interval of 201,000 pairs that is drawn pair by pair or, with few different scores, by their counts', () => {
    const items = 201_000;
    const state = seedRandom(3);
    const truth = Uint8Array.from({ length: items }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const draw = (label: number) => 0.6 * (drawUint32(state) / 2 ** 32) + 0.4 * label;
    const [one, other] = [Float64Array.from(truth, draw), Float64Array.from(truth, draw)];
    const cut = (scores: Float64Array) => scores.map((score) => Math.round(score * 50) / 50);
    const [fine, coarse] = [
      compare({ labels: truth, first: one, second: other }, { resamples: 200 }),
      compare({ labels: truth, first: cut(one), second: cut(other) }, { resamples: 200 }),
    ];

    expect([fine.resamples, coarse.resamples]).toEqual([200, 200]);
    expect(fine.resampleAurocError).toBeGreaterThan(0);
    expect(fine.resampleAurocError).toBeLessThan(0.0002);
    // 51 scores, none of which has so few items that it would be drawn with its neighbour.
    expect(coarse.resampleAurocError).toBe(0);
    const [low = 0, high = 0] = fine.differences.acc?.interval ?? [];
    const [lowOfFew = 0, highOfFew = 0] = coarse.differences.acc?.interval ?? [];
    expect(low).toBeLessThan(fine.differences.acc?.value ?? 0);
    expect(high).toBeGreaterThan(fine.differences.acc?.value ?? 0);
    // Decisions are the same but for scores that were rounded over the threshold; widths from 200 resamples vary by a tenth.
    expect((highOfFew - lowOfFew) / (high - low)).toBeGreaterThan(0.7);
    expect((highOfFew - lowOfFew) / (high - low)).toBeLessThan(1.4);
  });
});
