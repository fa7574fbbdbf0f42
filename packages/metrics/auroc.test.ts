import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeAuroc, type LabelledScore } from './auroc.ts';

/** Counts the pairs one by one. */
function countPairs(items: readonly LabelledScore[]): number {
  const anomalous = items.filter((item) => item.anomalous);
  const normal = items.filter((item) => !item.anomalous);
  let wins = 0;
  for (const { score } of anomalous) {
    for (const other of normal) wins += score > other.score ? 1 : score === other.score ? 0.5 : 0;
  }
  return wins / (anomalous.length * normal.length);
}

describe('computeAuroc', () => {
  it("gives 0.75 for scikit-learn's example: labels 0 0 1 1, scores .1 .4 .35 .8", () => {
    const scores = [0.1, 0.4, 0.35, 0.8];
    expect(computeAuroc(scores.map((score, i) => ({ score, anomalous: i > 1 })))).toBe(0.75);
  });

  it('counts ties half', () => {
    expect(
      computeAuroc([
        { score: 1, anomalous: true },
        { score: 1, anomalous: false },
      ]),
    ).toBe(0.5);
  });

  it('is undefined with one class', () => {
    expect(computeAuroc([{ score: 1, anomalous: true }])).toBeUndefined();
    expect(computeAuroc([])).toBeUndefined();
  });

  it('equals the count over all pairs', () => {
    const item = fc.record({ score: fc.integer({ min: 0, max: 5 }), anomalous: fc.boolean() });
    fc.assert(
      fc.property(fc.array(item, { minLength: 2, maxLength: 40 }), (items) => {
        fc.pre(items.some(({ anomalous }) => anomalous) && items.some(({ anomalous }) => !anomalous));
        expect(computeAuroc(items)).toBeCloseTo(countPairs(items), 12);
      }),
    );
  });
});
