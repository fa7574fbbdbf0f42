import { describe, expect, it } from 'vitest';
import { computeNabScore } from './nab.ts';

const windows = [
  { from: 200, to: 219 },
  { from: 500, to: 519 },
];

describe('computeNabScore', () => {
  it('is 100 for a detection at the start of each window and 0 for none', () => {
    expect(computeNabScore(1000, [200, 500], windows).normalised).toBeCloseTo(100, 12);
    expect(computeNabScore(1000, [], windows).normalised).toBe(0);
  });

  it('takes the best detection of a window, by hand 0.84828 / 0.98661 half way', () => {
    // Position of point 210 of 20: −(219 − 210 + 1) / 20 = −0.5.
    const { raw, windowsFound } = computeNabScore(1000, [215, 210], windows);
    expect(raw).toBeCloseTo(0.84828 / 0.98661 - 1, 4);
    expect(windowsFound).toBe(1);
  });

  it('takes 0.11 for a detection before any window, and 0.98661 of it one window later', () => {
    expect(computeNabScore(1000, [200, 500, 180], windows).raw).toBeCloseTo(2 - 0.11, 12);
    expect(computeNabScore(1000, [200, 500, 219 + 19], windows).raw).toBeCloseTo(2 - 0.11 * 0.98661, 5);
  });

  it('leaves out the first 15 % of the points, and windows in them', () => {
    const { falseAlarms, windows: counted } = computeNabScore(1000, [10], [{ from: 5, to: 20 }]);
    expect({ falseAlarms, counted }).toEqual({ falseAlarms: 0, counted: 0 });
    expect(computeNabScore(1000, [10], [{ from: 5, to: 20 }]).normalised).toBeNull();
    expect(computeNabScore(1000, [5], [{ from: 5, to: 20 }], { probation: false }).normalised).toBeCloseTo(
      100,
      12,
    );
  });

  it('weighs misses twice in the profile for few false negatives', () => {
    expect(computeNabScore(1000, [], windows, { profile: 'fewFalseNegatives' }).raw).toBe(-4);
  });
});
