import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { HealthDay } from './day.ts';
import { compareDays } from './drift.ts';
import { testShares } from './fisher-exact.ts';
import { testDistributions } from './kolmogorov-smirnov.ts';

interface Expected {
  readonly distributions: readonly {
    readonly left: readonly number[];
    readonly right: readonly number[];
    readonly effect: number;
    readonly pValue: number;
  }[];
  readonly shares: readonly {
    readonly left: { readonly count: number; readonly of: number };
    readonly right: { readonly count: number; readonly of: number };
    readonly pValue: number;
  }[];
}

const scipy: Expected = JSON.parse(
  readFileSync(new URL('fixtures/scipy-drift.json', import.meta.url), 'utf8'),
);

const day = (changes: Partial<HealthDay>): HealthDay => ({
  startsAt: 0,
  done: 0,
  failed: 0,
  normal: 0,
  anomalous: 0,
  uncertain: 0,
  refused: 0,
  unparseable: 0,
  reviewed: 0,
  overturned: 0,
  scoreHistogram: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  meanJudgeMs: undefined,
  inputTokens: 0,
  outputTokens: 0,
  costMicroUsd: 0,
  costUnknownCount: 0,
  ...changes,
});

it('Kolmogorov-Smirnov and Fisher give what SciPy gives', () => {
  expect(scipy.distributions).toHaveLength(5);
  for (const { left, right, effect, pValue } of scipy.distributions) {
    const made = testDistributions(left, right);
    expect(made.effect).toBeCloseTo(effect, 12);
    expect(made.pValue / pValue).toBeCloseTo(1, 9);
  }
  expect(scipy.shares).toHaveLength(10);
  for (const { left, right, pValue } of scipy.shares) {
    expect(testShares(left, right).pValue / pValue).toBeCloseTo(1, 6);
    expect(testShares(right, left).pValue / pValue).toBeCloseTo(1, 6);
  }
});

it('the effect of a rate is Cohen’s h: from 1 % to 4 % is 0.2', () => {
  expect(testShares({ count: 4, of: 100 }, { count: 1, of: 100 }).effect).toBeCloseTo(0.2024, 4);
});

const baseline = [
  day({ done: 500, anomalous: 5, scoreHistogram: [450, 30, 10, 5, 0, 0, 0, 0, 0, 5] }),
  day({ done: 500, anomalous: 5, scoreHistogram: [450, 30, 10, 5, 0, 0, 0, 0, 0, 5] }),
];

it('a day like the others has not drifted', () => {
  const today = day({ done: 100, anomalous: 1, scoreHistogram: [90, 6, 2, 1, 0, 0, 0, 0, 0, 1] });
  const { scores, anomalyRate } = compareDays([today], baseline);
  expect(scores).toMatchObject({ drifted: false, effect: 0 });
  expect(anomalyRate).toMatchObject({ drifted: false, effect: 0 });
});

it('scores can drift while the rate does not, and the other way round', () => {
  const blurred = day({ done: 100, anomalous: 1, scoreHistogram: [40, 30, 20, 9, 0, 0, 0, 0, 0, 1] });
  const scored = compareDays([blurred], baseline);
  expect([scored.scores.drifted, scored.anomalyRate.drifted]).toEqual([true, false]);
  // Of the scores of 0.1 and more there were 10 %, now there are 60 %.
  expect(scored.scores.effect).toBeCloseTo(0.5, 12);

  const worse = day({ done: 100, anomalous: 12, scoreHistogram: [88, 0, 0, 0, 0, 0, 0, 0, 0, 12] });
  const rated = compareDays([worse], baseline);
  expect(rated.anomalyRate).toMatchObject({ drifted: true });
});

it('of very many samples a difference too small to matter is no drift', () => {
  const many = (share: number) =>
    day({
      done: 1e6,
      anomalous: 1e6 * share,
      scoreHistogram: [1e6 * (1 - share), 0, 0, 0, 0, 0, 0, 0, 0, 1e6 * share],
    });
  const { anomalyRate, scores } = compareDays([many(0.011)], [many(0.01)]);
  expect(anomalyRate.pValue).toBeLessThan(1e-9);
  expect([anomalyRate.drifted, scores.drifted]).toEqual([false, false]);
});

it('too few samples say nothing, and why', () => {
  const few = day({ done: 29, anomalous: 29, scoreHistogram: [0, 0, 0, 0, 0, 0, 0, 0, 0, 29] });
  expect(compareDays([few], baseline).scores).toEqual({
    reason: 'The period has 29 of the 30 verdicts with a score that the test takes.',
  });
  const enough = { ...few, done: 40, scoreHistogram: [0, 0, 0, 0, 0, 0, 0, 0, 0, 30] };
  expect(compareDays([enough], []).anomalyRate).toEqual({
    reason: 'The baseline has 0 of the 100 verdicts that the test takes.',
  });
});
