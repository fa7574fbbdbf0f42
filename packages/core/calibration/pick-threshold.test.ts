import { describe, expect, it } from 'vitest';
import { assertEnough, pickThreshold } from './pick-threshold.ts';

// 12 normal at 0.05 … 0.60, 8 anomalous at 0.55 … 0.90, in steps of 0.05.
const reviews = [
  ...Array.from({ length: 12 }, (_, i) => ({ score: (i + 1) / 20, anomalous: false })),
  ...Array.from({ length: 8 }, (_, i) => ({ score: (i + 11) / 20, anomalous: true })),
];

describe('a threshold by reviews, counted by hand', () => {
  it('F1_MAX', () => {
    // From 0.55: 8 found, 2 false, F1 = 16/18; from 0.65: 6 found, none false, F1 = 12/14.
    const choice = pickThreshold(reviews, 'F1_MAX', null);
    expect(choice).toMatchObject({ threshold: 0.55, reviews: 20, anomalousReviews: 8, recall: 1 });
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

it('19 reviews, or one class, are too few', () => {
  expect(() => assertEnough(reviews.slice(1))).toThrow(/19 usable reviews, 8 of them/);
  expect(() => assertEnough(Array(30).fill({ score: 0.1, anomalous: false }))).toThrow(/0 of them/);
  expect(() => assertEnough(reviews)).not.toThrow();
});
