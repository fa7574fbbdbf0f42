import { expect, it } from 'vitest';
import { measureEscalated } from './escalated-share.ts';

/** Ten bins of two items each, the first with the score 0. */
const histogram = Array.from({ length: 10 }, (_, i) => ({
  from: i / 10,
  to: (i + 1) / 10,
  positives: 1,
  negatives: 1,
}));
const among = (items: number, missing = 0) => ({ histogram, clean: { pooled: { items, missing } } });

it('counts every bin that the band touches, and items without a score', () => {
  expect(measureEscalated(among(20), { low: 0.25, high: 0.45 })).toBe(6 / 20);
  expect(measureEscalated(among(20), { low: 0.3, high: 0.4 })).toBe(2 / 20);
  expect(measureEscalated(among(25, 5), { low: 0.3, high: 0.4 })).toBe(7 / 25);
  expect(measureEscalated(among(20), { low: 0, high: 1 })).toBe(1);
});

it('has no share of nothing', () => {
  expect(measureEscalated({ ...among(0), histogram: [] }, { low: 0, high: 1 })).toBeUndefined();
});
