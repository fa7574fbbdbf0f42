import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';

describe('decide', () => {
  it('is ANOMALOUS from the threshold on and NORMAL below it', () => {
    expect(decide(0.5, {})).toEqual({ decision: 'ANOMALOUS', threshold: 0.5, thresholdSource: 'DEFAULT' });
    expect(decide(0.4999, {}).decision).toBe('NORMAL');
    expect(decide(0.3, { threshold: 0.3 })).toEqual({
      decision: 'ANOMALOUS',
      threshold: 0.3,
      thresholdSource: 'MANUAL',
    });
  });

  it('is UNCERTAIN inside the band, whose lower end belongs to it', () => {
    const limits = { threshold: 0.5, uncertainBand: 0.25 };

    expect([0.2499, 0.25, 0.5, 0.7499, 0.75].map((score) => decide(score, limits).decision)).toEqual([
      'NORMAL',
      'UNCERTAIN',
      'UNCERTAIN',
      'UNCERTAIN',
      'ANOMALOUS',
    ]);
  });

  it.each([
    [0.6, 0.55, 0.05, 'ANOMALOUS'],
    [0.7, 0.8, 0.1, 'UNCERTAIN'],
    [0.4, 0.3, 0.1, 'ANOMALOUS'],
    [0.2, 0.3, 0.1, 'UNCERTAIN'],
  ] as const)(
    'puts %d at an end of the band %d ± %d where decimals put it: %s',
    (score, threshold, band, is) => {
      expect(decide(score, { threshold, uncertainBand: band }).decision).toBe(is);
    },
  );

  it('is UNCERTAIN without a score', () => {
    expect(decide(null, { threshold: 0.9 }).decision).toBe('UNCERTAIN');
  });

  it('refuses numbers outside their range', () => {
    expect(() => decide(Number.NaN, {})).toThrow(RangeError);
    expect(() => decide(1.1, {})).toThrow(/score is 1.1/);
    expect(() => decide(0.5, { threshold: -0.1 })).toThrow(/threshold/);
    expect(() => decide(0.5, { uncertainBand: 0.6 })).toThrow(/uncertainBand/);
  });

  it('never moves towards NORMAL as the score grows', () => {
    const rank = { NORMAL: 0, UNCERTAIN: 1, ANOMALOUS: 2 };
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        unit,
        unit,
        unit,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (a, b, threshold, uncertainBand) => {
          const limits = { threshold, uncertainBand };
          const low = decide(Math.min(a, b), limits).decision;
          const high = decide(Math.max(a, b), limits).decision;
          expect(rank[low]).toBeLessThanOrEqual(rank[high]);
        },
      ),
    );
  });
});
