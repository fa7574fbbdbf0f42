import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossCalibrate, fitCurve, readCurve } from './calibrate.ts';

interface Case {
  readonly name: string;
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly slope: number;
  readonly intercept: number;
  readonly at: readonly number[];
  readonly platt: readonly number[];
  readonly isotonic: readonly number[];
}

const file = join(import.meta.dirname, 'fixtures', 'calibration.json');
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] };

describe.each(cases)('calibration of $name', ({ scores, labels, slope, intercept, at, platt, isotonic }) => {
  const anomalous = labels.map((label) => label === 1);

  it("Platt's curve is scikit-learn's", () => {
    const curve = fitCurve('PLATT', scores, anomalous);

    if (curve.kind !== 'PLATT') throw new Error('not a Platt curve');
    // Its optimiser stops at a gradient of 1e-5.
    expect(curve.slope).toBeCloseTo(slope, 2);
    expect(curve.intercept).toBeCloseTo(intercept, 2);
    at.forEach((score, i) => {
      expect(readCurve(curve, score)).toBeCloseTo(platt[i] ?? -1, 4);
    });
  });

  it("the isotonic curve is scikit-learn's", () => {
    const curve = fitCurve('ISOTONIC', scores, anomalous);
    at.forEach((score, i) => {
      expect(readCurve(curve, score)).toBeCloseTo(isotonic[i] ?? -1, 10);
    });
  });
});

it('a probability lies between 0 and 1 and isotonic never falls, whatever the reviews', () => {
  const reviews = fc.array(
    fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), anomalous: fc.boolean() }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(reviews, (list) => {
      const scores = list.map(({ score }) => score);
      const labels = list.map(({ anomalous }) => anomalous);
      for (const method of ['PLATT', 'ISOTONIC'] as const) {
        const curve = fitCurve(method, scores, labels);
        const read = [0, 0.25, 0.5, 0.75, 1].map((score) => readCurve(curve, score));
        for (const p of [...read, ...crossCalibrate(method, scores, labels)]) {
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
        }
        if (method === 'ISOTONIC') expect(read).toEqual(read.toSorted((a, b) => a - b));
      }
    }),
  );
});

it('a case is calibrated by a curve that has not seen it', () => {
  // One outlier: fitted with it, the isotonic curve would end at 1.
  const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
  const anomalous = scores.map((score) => score === 1);

  expect(crossCalibrate('ISOTONIC', scores, anomalous).at(-1)).toBe(0);
  expect(readCurve(fitCurve('ISOTONIC', scores, anomalous), 1)).toBe(1);
});

it('scores and labels have to be as many', () => {
  expect(() => fitCurve('PLATT', [0.1], [])).toThrow(RangeError);
  expect(() => fitCurve('ISOTONIC', [0.1], [])).toThrow(RangeError);
});
