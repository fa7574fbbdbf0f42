import { expect, it } from 'vitest';
import { fitCalibration } from './calibration.ts';

/** Scores that are too sure: of those at 0.9 and 0.1 a quarter is wrong. */
const reviews = Array.from({ length: 40 }, (_, i) => {
  const high = i % 2 === 0;
  const wrong = Math.floor(i / 2) % 4 === 0;
  return { score: high ? 0.9 : 0.1, anomalous: high !== wrong };
});

it.each(['PLATT', 'ISOTONIC'] as const)('%s brings overconfident scores to their shares', (method) => {
  const { before, after, curve, ...rest } = fitCalibration({ source: 'REVIEWS', scores: reviews }, method);

  expect(rest).toEqual({ method, reviews: 40, anomalousReviews: 20 });
  // 30 of 40 are 0.1 off, 10 are 0.9 off.
  expect(before.brier).toBeCloseTo((30 * 0.01 + 10 * 0.81) / 40, 12);
  // In the bin of 0.9, 0.75 are anomalous; in that of 0.1, 0.25.
  expect(before.ece).toBeCloseTo(0.15, 12);
  expect(after.ece).toBeLessThan(0.05);
  expect(after.brier).toBeLessThan(before.brier);
  expect(curve.kind).toBe(method);
});

it('19 reviews are refused', () => {
  expect(() => fitCalibration({ source: 'REVIEWS', scores: reviews.slice(21) }, 'PLATT')).toThrow(
    /at least 20/,
  );
});
