import { describe, expect, it } from 'vitest';
import { assertEnough } from './labelled-scores.ts';
import { pickBand } from './pick-band.ts';
import { measureThreshold, pickThreshold } from './pick-threshold.ts';

// 12 normal at 0.05 … 0.60, 8 anomalous at 0.55 … 0.90, in steps of 0.05.
const reviews = [
  ...Array.from({ length: 12 }, (_, i) => ({ score: (i + 1) / 20, anomalous: false })),
  ...Array.from({ length: 8 }, (_, i) => ({ score: (i + 11) / 20, anomalous: true })),
];

describe('a threshold by reviews, counted by hand', () => {
  it('F1_MAX', () => {
    // From 0.55: 8 found, 2 false, F1 = 16/18; from 0.65: 6 found, none false, F1 = 12/14.
    const choice = pickThreshold(reviews, 'F1_MAX', null);
    expect(choice).toMatchObject({ threshold: 0.55, recall: 1 });
    expect(choice.f1).toBeCloseTo(16 / 18, 12);
    expect(choice.far).toBeCloseTo(2 / 12, 12);
  });

  it('TARGET_RECALL: the highest that finds enough', () => {
    expect(pickThreshold(reviews, 'TARGET_RECALL', 0.75)).toMatchObject({ threshold: 0.65, recall: 0.75 });
    expect(pickThreshold(reviews, 'TARGET_RECALL', 0.76).threshold).toBe(0.6);
  });

  it('TARGET_FAR: the lowest with few enough false alarms', () => {
    expect(pickThreshold(reviews, 'TARGET_FAR', 0)).toMatchObject({ threshold: 0.65, far: 0, precision: 1 });
    expect(pickThreshold(reviews, 'TARGET_FAR', 0.1).threshold).toBe(0.6);
  });
});

it('a target that nothing meets, or that is missing, is refused', () => {
  const high = reviews.map((review) => (review.anomalous ? review : { ...review, score: 1 }));
  expect(() => pickThreshold(high, 'TARGET_FAR', 0)).toThrow(/No threshold/);
  expect(() => pickThreshold(reviews, 'TARGET_FAR', undefined)).toThrow(/target/);
  expect(() => pickThreshold(reviews, 'TARGET_RECALL', 1.1)).toThrow(/target/);
});

it('the threshold before is measured on the same samples', () => {
  // From 0.5: 8 found, 3 false.
  const { recall, far, precision } = measureThreshold(reviews, 0.5);
  expect([recall, far, precision]).toEqual([1, 3 / 12, 8 / 11]);
});

describe('a band around 0.6, counted by hand', () => {
  // Wrong are the normal one at 0.60 and the anomalous one at 0.55; 18 are right.
  it('is none where errors may be', () => {
    expect(pickBand(reviews, 0.6, 0.1)).toEqual({ uncertainBand: 0, uncertainShare: 0, wrongShare: 0.1 });
  });

  it('takes in what is wrong, and what lies as near', () => {
    // At 0.60 and 0.55 there are two each; 0.65 is just outside, since the band ends below it. 16 are decided, all right.
    const none = pickBand(reviews, 0.6, 0);
    expect(none.uncertainBand).toBeCloseTo(0.05, 5);
    expect(none).toMatchObject({ uncertainShare: 0.2, wrongShare: 0 });
    // With those at 0.60 inside, one of 18 is wrong.
    expect(pickBand(reviews, 0.6, 1 / 18)).toMatchObject({ uncertainBand: 1e-6, wrongShare: 1 / 18 });
  });

  it('that would have to hold everything is refused', () => {
    const upsideDown = reviews.map(({ score, anomalous }) => ({ score, anomalous: !anomalous }));
    expect(() => pickBand(upsideDown, 0.6, 0.01)).toThrow(/No band/);
    expect(() => pickBand(reviews, 0.6, 1.5)).toThrow(/uncertainTarget/);
  });
});

it('19 reviews, or one class, are too few', () => {
  const assert = (scores: typeof reviews) => assertEnough({ source: 'REVIEWS', scores });
  expect(() => assert(reviews.slice(1))).toThrow(/19 usable reviews, 8 of them/);
  expect(() => assert(Array(30).fill({ score: 0.1, anomalous: false }))).toThrow(/0 of them/);
  expect(() => assert(reviews)).not.toThrow();
  expect(() => assertEnough({ source: 'EVALUATION', scores: [] })).toThrow(/evaluation has 0 usable items/);
});
