import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Prediction } from './group.ts';
import { judgePredictions } from './judge-groups.ts';

/** Items of the paper's list; label 1 is normal. */
const list: { object_type: string; label: 0 | 1 }[] = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/evaluation/vlm_for_ad_dataset.json', import.meta.url), 'utf8'),
);

/** GPT-4V in Table I: right answers of normal and of defective items, and the row they give. */
const TABLE = [
  { name: 'bottle', normal: 19, defective: 61, row: ['0.964', '0.959', '0.872'] },
  { name: 'pill', normal: 0, defective: 137, row: ['0.820', '0.486', '0.156'] },
  { name: 'transistor', normal: 57, defective: 18, row: ['0.750', '0.700', '0.715'] },
];

/** Answers with as many right ones as the table says; `wrong` is the score's distance from right. */
function answer(name: string, right: { normal: number; defective: number }): Prediction[] {
  const left = { ...right };
  return list
    .filter(({ object_type }) => object_type === name)
    .map(({ label }, i) => {
      const isRight = left[label === 1 ? 'normal' : 'defective']-- > 0;
      const called = isRight === (label === 0);
      return {
        item: `${i}`,
        class: name,
        anomalous: label === 0,
        // Any scores on the two sides of the threshold: the paper's answers are hard.
        score: called ? 0.5 + 0.4 * (i % 2) : 0.49 - 0.4 * (i % 2),
        outcome: 'PARSED',
      };
    });
}

describe("the paper's protocol", () => {
  it.each(TABLE)('gives the row of Table I for $name', ({ name, normal, defective, row }) => {
    const { classes } = judgePredictions(answer(name, { normal, defective }), {
      protocol: 'paper',
      resamples: 0,
    });
    const figures = classes[name];
    expect([figures?.acc, figures?.auroc, figures?.aupr].map((value) => value?.toFixed(3))).toEqual(row);
  });

  it('has 467 normal items of 1,725, and a constant answer at 0.729 accuracy', () => {
    const predictions = list.map(({ object_type, label }, i) => ({
      item: `${i}`,
      class: object_type,
      anomalous: label === 0,
      score: 1,
      outcome: 'PARSED' as const,
    }));
    const { pooled, macro } = judgePredictions(predictions, { protocol: 'paper', resamples: 0 });
    expect(pooled).toMatchObject({ items: 1725, normal: 467, auroc: 0.5 });
    expect(pooled.acc?.toFixed(3)).toBe('0.729');
    expect(pooled.baselines.alwaysAnomalous.acc).toBe(pooled.acc);
    expect(macro.classCount).toBe(15);
  });

  it('leaves missing answers out of the metrics, and counts them', () => {
    const [first, ...others] = answer('bottle', { normal: 19, defective: 61 });
    const predictions = [{ ...(first as Prediction), score: null, outcome: 'REFUSED' as const }, ...others];
    const { pooled } = judgePredictions(predictions, { protocol: 'paper', resamples: 0 });
    expect(pooled).toMatchObject({ items: 83, answered: 82, missing: 1, coverage: 82 / 83 });
    expect(pooled.outcomes.REFUSED).toBe(1);
    // The dropped one was a defect called right: 60 of 62, and 61 of 63 with one more wrong.
    expect(pooled.acc).toBe(79 / 82);
    expect(pooled.missingAsWrong.acc).toBe(79 / 83);
  });

  it('gives overkill and miss as the factory has them: 1 of 20 normals, 2 of 63 defects', () => {
    const { pooled } = judgePredictions(answer('bottle', { normal: 19, defective: 61 }), {
      protocol: 'paper',
      resamples: 0,
    });
    expect(pooled.overkill).toBeCloseTo(1 / 20, 12);
    expect(pooled.miss).toBeCloseTo(2 / 63, 12);
  });
});

describe('the clean protocol', () => {
  it('has anomalous as the positive class', () => {
    const { pooled } = judgePredictions(answer('bottle', { normal: 19, defective: 61 }), {
      protocol: 'clean',
      resamples: 0,
    });
    expect(pooled).toMatchObject({ recall: 61 / 63, specificity: 19 / 20 });
    expect(pooled.aupr).toBe(pooled.auprAnomalous);
    expect(pooled.confusion).toEqual({
      truePositives: 61,
      falsePositives: 1,
      falseNegatives: 2,
      trueNegatives: 19,
    });
  });

  it('averages classes that have a value, and says which are left out', () => {
    const alone = answer('pill', { normal: 26, defective: 141 }).filter(({ anomalous }) => anomalous);
    const { macro, classes } = judgePredictions(
      [...answer('bottle', { normal: 20, defective: 63 }), ...alone],
      { protocol: 'clean', resamples: 20 },
    );
    expect(classes.pill).toMatchObject({ auroc: null, acc: 1 });
    expect(classes.pill?.reasons.auroc).toBe('One class only: no item is normal.');
    expect(macro.auroc).toBe(1);
    expect(macro.reasons.auroc).toBe('Mean of 1 of 2 classes; the others have no value.');
  });

  it('does not depend on the order of the predictions', () => {
    const predictions = [
      ...answer('bottle', { normal: 11, defective: 40 }),
      ...answer('pill', { normal: 10, defective: 90 }),
    ];
    const report = judgePredictions(predictions, { protocol: 'clean', resamples: 50 });
    expect(judgePredictions(predictions.toReversed(), { protocol: 'clean', resamples: 50 })).toEqual(report);
  });
});
