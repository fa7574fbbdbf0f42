import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeIntervals, resample } from './intervals/bootstrap.ts';
import { computePixelMetrics } from './localisation/pixels.ts';
import { type MetricName, measure } from './measures.ts';
import { computeAuprTrapezoid } from './ranking/curves.ts';
import { buildRanking, mergeRankings, roundRanking } from './ranking/ranking.ts';

interface Fixture {
  cases: {
    name: string;
    labels: number[];
    scores: number[];
    expected: Record<MetricName, number>;
    auprTrapezoid: number;
  }[];
  pixels: {
    widthPx: number;
    heightPx: number;
    maps: number[][];
    masks: number[][];
    pixelAuroc: number;
    aupro: number;
  };
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('./fixtures/scikit-learn.json', import.meta.url), 'utf8'),
);

const labelled = fc.array(
  fc.record({ score: fc.integer({ min: 0, max: 9 }).map((n) => n / 9), label: fc.constantFrom(0, 1) }),
  { minLength: 1, maxLength: 60 },
);
const rank = (items: readonly { score: number; label: number }[]) =>
  buildRanking(
    items.map(({ score }) => score),
    items.map(({ label }) => label),
  );

describe('measure', () => {
  it.each(fixture.cases)('equals scikit-learn on $name', ({ labels, scores, expected, auprTrapezoid }) => {
    const ranking = buildRanking(scores, labels);
    const { metrics } = measure(ranking);
    for (const [name, value] of Object.entries(expected)) {
      expect(metrics[name as MetricName], name).toBeCloseTo(value, 10);
    }
    expect(computeAuprTrapezoid(ranking)).toBeCloseTo(auprTrapezoid, 10);
  });

  it('has null and the reason where one class is missing, never 0.5', () => {
    const { metrics, reasons } = measure(buildRanking([0.9, 0.2], [1, 1]));
    expect(metrics).toMatchObject({
      acc: 0.5,
      recall: 0.5,
      auroc: null,
      aupr: null,
      specificity: null,
      mcc: null,
    });
    expect(reasons.auroc).toBe('One class only: no item is negative.');
    expect(measure(buildRanking([], [])).metrics.acc).toBeNull();
  });

  it('has no calibration for scores that are no probabilities', () => {
    const { metrics, reasons } = measure(buildRanking([3, 1], [1, 0]));
    expect(metrics).toMatchObject({ auroc: 1, brier: null, ece: null });
    expect(reasons.ece).toMatch(/no probabilities/);
  });

  it('refuses scores that are not finite', () => {
    expect(() => buildRanking([Number.NaN], [1])).toThrow('Score 0 is NaN');
  });

  it('gives the same from parts in any order as from the whole', () => {
    fc.assert(
      fc.property(labelled, labelled, (left, right) => {
        const whole = measure(rank([...left, ...right]));
        expect(measure(mergeRankings([rank(right), rank(left)]))).toEqual(whole);
      }),
    );
  });

  it('bounds the error of rounded scores', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(score, fc.constantFrom(0, 1)), { minLength: 2 }), (items) => {
        const ranking = rank(items.map(([value, label]) => ({ score: value, label })));
        const exact = measure(ranking).metrics.auroc;
        const { ranking: rounded, aurocError } = roundRanking(ranking, 16);
        if (exact === null) return;
        expect(Math.abs((measure(rounded).metrics.auroc ?? 2) - exact)).toBeLessThanOrEqual(
          aurocError + 1e-12,
        );
      }),
    );
  });
});

describe('computeIntervals', () => {
  it('gives the same interval for the same seed, around the value', () => {
    const [first] = fixture.cases;
    const ranking = buildRanking(first?.scores ?? [], first?.labels ?? []);
    const intervals = computeIntervals(resample(ranking, { seed: 7 }));
    expect(computeIntervals(resample(ranking, { seed: 7 }))).toEqual(intervals);
    const [low = 1, high = 0] = intervals.auroc ?? [];
    const auroc = measure(ranking).metrics.auroc ?? 0;
    expect(low).toBeLessThan(auroc);
    expect(high).toBeGreaterThan(auroc);
  });

  it('is as wide as the standard error of Hanley and McNeil has it, on 200 items', () => {
    // A large sample's percentile interval is close to value ± 1.96 · the standard error of Hanley and McNeil (1982).
    const [first] = fixture.cases;
    const ranking = buildRanking(first?.scores ?? [], first?.labels ?? []);
    const { positiveCount: p, negativeCount: n } = ranking;
    const a = measure(ranking).metrics.auroc ?? 0;
    const [q1, q2] = [a / (2 - a), (2 * a * a) / (1 + a)];
    const error = Math.sqrt((a * (1 - a) + (p - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / (p * n));
    const [low = 0, high = 0] = computeIntervals(resample(ranking, { resamples: 4000 })).auroc ?? [];
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.85);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.15);
  });

  it('keeps the class totals: an always right answer has an interval without width', () => {
    const ranking = buildRanking([0, 0, 0, 1, 1], [0, 0, 0, 1, 1]);
    expect(computeIntervals(resample(ranking)).acc).toEqual([1, 1]);
  });
});

describe('computePixelMetrics', () => {
  it('equals scikit-learn, with regions that touch by a corner as one', () => {
    const { widthPx, heightPx, maps, masks, pixelAuroc, aupro } = fixture.pixels;
    const pictures = maps.map((map, i) => ({
      widthPx,
      heightPx,
      map: Float32Array.from(map),
      mask: Uint8Array.from(masks[i] ?? []),
    }));
    const found = computePixelMetrics(pictures);
    expect(found.pixelAuroc).toBeCloseTo(pixelAuroc, 10);
    expect(found.aupro).toBeCloseTo(aupro, 10);
  });

  it('is 1 for the mask itself, and null without a region', () => {
    const mask = Uint8Array.of(0, 1, 0, 0);
    const picture = { widthPx: 2, heightPx: 2, map: Float32Array.from(mask), mask };
    expect(computePixelMetrics([picture])).toEqual({ pixelAuroc: 1, aupro: 1 });
    expect(computePixelMetrics([{ ...picture, mask: new Uint8Array(4) }])).toEqual({
      pixelAuroc: null,
      aupro: null,
    });
  });

  it('orders negative values', () => {
    const picture = {
      widthPx: 3,
      heightPx: 1,
      map: Float32Array.of(-1, -3, -2),
      mask: Uint8Array.of(1, 0, 0),
    };
    expect(computePixelMetrics([picture]).pixelAuroc).toBe(1);
  });
});
