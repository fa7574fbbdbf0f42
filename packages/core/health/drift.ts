import type { HealthDay } from './day.ts';
import { testShares } from './fisher-exact.ts';
import { type TestOutcome, testDistributions } from './kolmogorov-smirnov.ts';

/** What is known of several days together. */
export interface PeriodTotals {
  readonly done: number;
  readonly anomalous: number;
  /** By raw score, in bins of a tenth. */
  readonly scoreHistogram: readonly number[];
}

/** How one of the two tests came out; with a reason in place of figures when there are too few verdicts. */
export type DriftFinding =
  | (TestOutcome & { readonly drifted: boolean; readonly reason?: undefined })
  | {
      readonly reason: string;
      readonly drifted?: undefined;
      readonly effect?: undefined;
      readonly pValue?: undefined;
    };

export interface Drift {
  readonly period: PeriodTotals;
  readonly baseline: PeriodTotals;
  /** Kolmogorov-Smirnov on the histograms of raw scores. */
  readonly scores: DriftFinding;
  /** Fisher's exact test of the shares that were decided ANOMALOUS. */
  readonly anomalyRate: DriftFinding;
}

/** Fewer verdicts than these say next to nothing. */
const LEAST = { period: 30, baseline: 100 } as const;
/**
 * A day is looked at up to 24 times by two tests; at this level chance alone calls out at most once in 200 days.
 */
const LEVEL = 0.0001;
/** Of many verdicts the smallest difference is significant. These are where Cohen has effects begin to be noticed. */
const LEAST_EFFECT = { scores: 0.1, anomalyRate: 0.2 } as const;

/** Whether a period's scores and anomaly rate are others than those of a baseline. No labels are needed. */
export function compareDays(period: readonly HealthDay[], baseline: readonly HealthDay[]): Drift {
  const [now, before] = [sumDays(period), sumDays(baseline)];
  const scored = (totals: PeriodTotals) => totals.scoreHistogram.reduce((sum, count) => sum + count, 0);
  return {
    period: now,
    baseline: before,
    scores:
      findTooFew({ period: scored(now), baseline: scored(before) }, 'verdicts with a score') ??
      judge(testDistributions(now.scoreHistogram, before.scoreHistogram), LEAST_EFFECT.scores),
    anomalyRate:
      findTooFew({ period: now.done, baseline: before.done }, 'verdicts') ??
      judge(
        testShares({ count: now.anomalous, of: now.done }, { count: before.anomalous, of: before.done }),
        LEAST_EFFECT.anomalyRate,
      ),
  };
}

/** Whether a period has enough verdicts for any test. */
export function isBusy(days: readonly HealthDay[]): boolean {
  return sumDays(days).done >= LEAST.period;
}

function judge(outcome: TestOutcome, leastEffect: number): DriftFinding {
  return { ...outcome, drifted: outcome.pValue < LEVEL && Math.abs(outcome.effect) >= leastEffect };
}

function findTooFew(
  counts: Readonly<Record<keyof typeof LEAST, number>>,
  what: string,
): DriftFinding | undefined {
  const short = (['period', 'baseline'] as const).find((part) => counts[part] < LEAST[part]);
  if (!short) return undefined;
  return { reason: `The ${short} has ${counts[short]} of the ${LEAST[short]} ${what} that the test takes.` };
}

function sumDays(days: readonly HealthDay[]): PeriodTotals {
  return {
    done: days.reduce((sum, { done }) => sum + done, 0),
    anomalous: days.reduce((sum, { anomalous }) => sum + anomalous, 0),
    scoreHistogram: Array.from({ length: 10 }, (_, bin) =>
      days.reduce((sum, { scoreHistogram }) => sum + (scoreHistogram[bin] ?? 0), 0),
    ),
  };
}
