import type { ItemResult } from '@loupe/core/evaluation';
import { expect, it } from 'vitest';
import { VariantTally } from './evaluate-tally.ts';

/** Modality, truth and score of items, in order. */
type Given = readonly [modality: ItemResult['modality'], anomalous: boolean, score: number | undefined];

function tally(given: readonly Given[]): VariantTally {
  const made = new VariantTally('profile', given.length, 0.5, 1);
  given.forEach(([modality, anomalous, score], index) => {
    made.add({
      index,
      item: `${index}`,
      sampleId: `smp_${index}`,
      class: 'goods',
      anomalous,
      modality,
      outcome: score === undefined ? 'REFUSED' : 'PARSED',
      score,
      decision: score === undefined ? 'UNCERTAIN' : score >= 0.5 ? 'ANOMALOUS' : 'NORMAL',
      reasoning: '',
    });
  });
  return made;
}

it('tells modalities apart, by their answered items, counted by hand', () => {
  const { modalities } = tally([
    ['VIDEO', true, 0.9],
    ['IMAGE', true, 0.8],
    ['IMAGE', true, 0.3],
    ['IMAGE', true, undefined],
    ['IMAGE', false, 0.1],
    ['IMAGE', false, 0.6],
    [undefined, false, 0.9],
  ]).describe();

  expect(modalities).toEqual([
    // Pairs in the right order: 0.8 over both, 0.3 over one of two.
    { modality: 'IMAGE', anomalous: 2, normal: 2, recall: 0.5, specificity: 0.5, auroc: 0.75 },
    { modality: 'VIDEO', anomalous: 1, normal: 0, recall: 1, specificity: null, auroc: null },
  ]);
});
