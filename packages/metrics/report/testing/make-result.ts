import {
  buildRanking,
  compare,
  computeCurve,
  computeHistogram,
  computeReliability,
  drawUint32,
  judgePredictions,
  LocalisationTally,
  measureItem,
  type Prediction,
  seedRandom,
} from '../../index.ts';
import type { EvaluationResult, VariantResult } from '../types.ts';

/** A made result of two variants on 240 items of three classes; the second separates them better. */
export function makeResult(): EvaluationResult {
  const first = makePredictions(0.15);
  const second = makePredictions(0.35);
  const scores = (of: readonly Prediction[]) => of.map(({ score }) => score ?? 0);
  const labels = first.map(({ anomalous }) => (anomalous ? 1 : 0));
  return {
    title: 'Evaluation of <Bottles & caps>',
    dataset: { name: 'Line 4', number: 3, digest: 'ab'.repeat(32) },
    profile: { name: 'Bottle', number: 7 },
    itemCount: 240,
    seed: 1,
    judged: [240, 240],
    leakCount: 2,
    referenceItems: ['bottle/17'],
    robustness: [],
    variants: [describe('NAIVE', first), describe('FULL, two references', second)],
    comparisons: [
      {
        first: 'NAIVE',
        second: 'FULL, two references',
        comparison: compare({ labels, first: scores(first), second: scores(second) }, { resamples: 200 }),
      },
    ],
  };
}

function makePredictions(shift: number): Prediction[] {
  const state = seedRandom(5);
  return Array.from({ length: 240 }, (_, i) => {
    const anomalous = i % 4 === 0;
    const score = Math.min(1, 0.65 * (drawUint32(state) / 2 ** 32) + (anomalous ? shift : 0));
    const name = ['bottle', 'cap', 'label'][i % 3] ?? '';
    return { item: `${name}/${i}`, class: name, anomalous, score, outcome: 'PARSED' };
  });
}

function describe(name: string, predictions: readonly Prediction[]): VariantResult {
  const ranking = buildRanking(
    predictions.map(({ score }) => score ?? 0),
    predictions.map(({ anomalous }) => (anomalous ? 1 : 0)),
  );
  const wrong = (anomalous: boolean) =>
    predictions
      .filter((one) => one.anomalous === anomalous && (one.score ?? 0) >= 0.5 !== anomalous)
      .slice(0, 4)
      .map((one) => ({
        item: one.item,
        sampleId: `smp_${one.item}`,
        class: one.class,
        defectType: anomalous ? 'crack' : undefined,
        score: one.score ?? 0,
        reasoning: 'The rim looks even & the thread is <clean>; no crack or contamination is visible.',
      }));
  return {
    name,
    // As of many more items than these.
    clean: {
      ...judgePredictions(predictions, { protocol: 'clean', resamples: 200 }),
      resampleAurocError: 0.0000117,
    },
    paper: judgePredictions(predictions, { protocol: 'paper', resamples: 200 }),
    modalities: [
      { modality: 'IMAGE', anomalous: 100, normal: 100, recall: 0.7, specificity: 0.9, auroc: 0.85 },
      { modality: 'VIDEO', anomalous: 20, normal: 20, recall: 0.5, specificity: 1, auroc: 0.9 },
    ],
    slices: [{ name: 'crack', items: 60, recall: 0.6, auroc: 0.8 }],
    localisation: makeLocalisation(),
    curve: computeCurve(ranking),
    reliability: computeReliability(ranking),
    histogram: computeHistogram(ranking),
    costMicroUsd: 1_234_567,
    costUnknownCount: 3,
    inputTokens: 1000,
    outputTokens: 100,
    latencyP50Ms: 850,
    latencyP95Ms: 2400,
    misses: wrong(true),
    falseAlarms: wrong(false),
  };
}

/** Two pictures of 4 × 4 px; of the anomalous one half of the region was found. */
function makeLocalisation() {
  const tally = new LocalisationTally();
  const size = { widthPx: 4, heightPx: 4, foundBoxes: [], hasEvidence: true };
  const nothing = new Uint8Array(16);
  const mask = Uint8Array.from({ length: 16 }, (_, i) => (i < 4 ? 1 : 0));
  const found = Uint8Array.from({ length: 16 }, (_, i) => (i < 2 ? 1 : 0));
  tally.add(measureItem({ ...size, mask, found, map: Float32Array.from(found) }));
  tally.add(measureItem({ ...size, mask: nothing, found: nothing, map: new Float32Array(16) }));
  return tally.describe();
}
