import type { ItemResult, Variant } from '@loupe/core/evaluation';
import { describe, expect, it } from 'vitest';
import { describeRobustness } from './evaluate-robustness.ts';
import { VariantTally } from './evaluate-tally.ts';

const ITEMS = 4;

/** A score for each item; the odd ones are anomalous; null is no answer. */
function tally(name: string, scores: readonly (number | null)[]): VariantTally {
  const made = new VariantTally(name, ITEMS, 0.5, 1);
  for (const [index, score] of scores.entries()) {
    const result: ItemResult = {
      index,
      item: `${index}`,
      sampleId: 's',
      class: 'c',
      anomalous: index % 2 === 1,
      outcome: score === null ? 'REFUSED' : 'PARSED',
      decision: score === null ? 'UNCERTAIN' : score >= 0.5 ? 'ANOMALOUS' : 'NORMAL',
      score: score ?? undefined,
      reasoning: '',
    };
    made.add(result);
  }
  return made;
}

function describeAll(variants: readonly Variant[], scores: readonly (readonly (number | null)[])[]) {
  const tallies = variants.map(({ name }, i) => tally(name, scores[i] ?? []));
  return describeRobustness(
    variants,
    tallies,
    tallies.map((one) => one.describe()),
  );
}

const blur = (strength: number): Variant => ({
  name: `BLUR ${strength}`,
  perturbation: { kind: 'BLUR', strength },
});

describe('describeRobustness', () => {
  it('counts equal decisions on the items that both answered, by rising strength', () => {
    const [curve, ...others] = describeAll(
      [blur(1), { name: 'base' }, blur(0.5)],
      [
        // Item 3 turns over, item 0 has no answer. Of item 2 against 1 and 3 one pair is in order.
        [null, 0.9, 0.2, 0.1],
        [0.1, 0.9, 0.2, 0.8],
        [0.3, 0.6, 0.4, 0.7],
      ],
    );
    expect(others).toEqual([]);
    expect(curve).toEqual({
      variant: 'base',
      kind: 'BLUR',
      points: [
        { variant: 'base', strength: 0, items: 4, agreement: 1, auroc: 1 },
        { variant: 'BLUR 0.5', strength: 0.5, items: 4, agreement: 1, auroc: 1 },
        { variant: 'BLUR 1', strength: 1, items: 3, agreement: 2 / 3, auroc: 0.5 },
      ],
    });
  });

  it('compares only with an undisturbed variant that is alike otherwise', () => {
    const scores = [0.1, 0.9, 0.2, 0.8];
    const variants = [
      { name: 'a', referenceCount: 0 },
      { ...blur(1), referenceCount: 1 },
      { ...blur(0.5), referenceCount: 0 },
    ];
    const curves = describeAll(variants, [scores, scores, scores]);
    expect(curves.map(({ points }) => points.map(({ variant }) => variant))).toEqual([['a', 'BLUR 0.5']]);
  });

  it('says null where no item was answered by both', () => {
    const [curve] = describeAll(
      [{ name: 'base' }, blur(1)],
      [
        [0.1, 0.9, null, null],
        [null, null, 0.2, 0.8],
      ],
    );
    expect(curve?.points[1]).toMatchObject({ items: 0, agreement: null });
  });
});
