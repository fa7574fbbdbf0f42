import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeIntervals, resample } from '../intervals/bootstrap.ts';
import { drawUint32, seedRandom } from '../intervals/random.ts';
import { measure } from '../measures.ts';
import { poolRanking } from './pool.ts';
import { buildRanking, type Ranking } from './ranking.ts';

const labelled = fc.array(
  fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), label: fc.constantFrom(0, 1) }),
  { minLength: 2, maxLength: 200 },
);
const shares = fc.double({ min: 0.01, max: 0.5, noNaN: true });
const rank = (items: readonly { score: number; label: number }[]) =>
  buildRanking(
    items.map(({ score }) => score),
    items.map(({ label }) => label),
  );

describe('poolRanking', () => {
  it('keeps decisions and calibration, and moves AUROC by no more than it says', () => {
    fc.assert(
      fc.property(labelled, shares, (items, share) => {
        const ranking = rank(items);
        const { ranking: pooled, aurocError } = poolRanking(ranking, 0.5, share);
        const [whole, less] = [measure(ranking), measure(pooled)];
        expect(less.confusion).toEqual(whole.confusion);
        if (whole.metrics.auroc === null) return;
        expect(less.metrics.ece).toBeCloseTo(whole.metrics.ece ?? 0, 9);
        expect(Math.abs((less.metrics.auroc ?? 0) - whole.metrics.auroc)).toBeLessThanOrEqual(
          aurocError + 1e-12,
        );
      }),
    );
  });

  it('keeps a threshold that is itself a score, however many items have it', () => {
    const tied = fc.record({
      score: fc.constantFrom(0.1, 0.3, 0.6, 0.7, 0.9),
      positives: fc.nat(50_000),
      negatives: fc.integer({ min: 1, max: 50_000 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(tied, { selector: ({ score }) => score, minLength: 2 }), (groups) => {
        const sorted = groups.toSorted((a, b) => b.score - a.score);
        const ranking = {
          scores: Float64Array.from(sorted, ({ score }) => score),
          positives: Int32Array.from(sorted, ({ positives }) => positives),
          negatives: Int32Array.from(sorted, ({ negatives }) => negatives),
          positiveCount: sorted.reduce((sum, { positives }) => sum + positives, 0),
          negativeCount: sorted.reduce((sum, { negatives }) => sum + negatives, 0),
        };
        const count = ({ scores, positives }: Ranking) =>
          positives.reduce((sum, one, i) => sum + ((scores[i] ?? 0) >= 0.7 ? one : 0), 0);
        expect(count(poolRanking(ranking, 0.7, 0.01).ranking)).toBe(count(ranking));
      }),
    );
  });

  it('leaves scores that fall, and puts none together that hold more than the share', () => {
    fc.assert(
      fc.property(labelled, shares, (items, share) => {
        const ranking = rank(items);
        const { ranking: pooled, groupOf } = poolRanking(ranking, 0.5, share);
        expect([...pooled.scores]).toEqual([...pooled.scores].sort((a, b) => b - a));
        pooled.scores.forEach((_, group) => {
          const held =
            (pooled.positives[group] ?? 0) / Math.max(1, ranking.positiveCount) +
            (pooled.negatives[group] ?? 0) / Math.max(1, ranking.negativeCount);
          const members = groupOf.filter((of) => of === group).length;
          expect(members).toBeGreaterThan(0);
          if (members > 1) expect(held).toBeLessThanOrEqual(share + 1e-12);
        });
      }),
    );
  });

  it('gives the intervals of the whole, from a tenth of its scores', () => {
    const state = seedRandom(11);
    const items = Array.from({ length: 4000 }, (_, i) => {
      const label = i % 5 === 0 ? 1 : 0;
      return { label, score: 0.7 * (drawUint32(state) / 2 ** 32) + 0.3 * label };
    });
    const ranking = rank(items);
    const { ranking: pooled } = poolRanking(ranking, 0.5, 0.005);
    expect(pooled.scores.length).toBeLessThan(500);
    const [whole, less] = [ranking, pooled].map((one) =>
      computeIntervals(resample(one, { resamples: 1000, seed: 5 })),
    );
    for (const name of ['acc', 'auroc', 'aupr', 'f1Max', 'farAt95Recall', 'ece', 'brier'] as const) {
      const [low, high] = whole?.[name] ?? [0, 0];
      const [lowOfLess = 1, highOfLess = 1] = less?.[name] ?? [];
      // Ends of intervals from 1,000 resamples are themselves uncertain by some 5 % of the width.
      expect(Math.abs(lowOfLess - low), name).toBeLessThan(0.2 * (high - low));
      expect(Math.abs(highOfLess - high), name).toBeLessThan(0.2 * (high - low));
    }
  });
});
