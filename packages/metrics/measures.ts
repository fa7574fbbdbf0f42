import { type Confusion, computeDecisionMetrics, type DecisionMetrics } from './ranking/decisions.ts';
import type { Ranking } from './ranking/ranking.ts';
import { AT, layCourse, WALKED, type Walked, walk } from './ranking/walk.ts';

type RankMetric = Exclude<Walked, 'truePositives' | 'falsePositives'>;

/** Every metric of one ranking at one threshold; definitions in docs/guides/evaluate.md. `null` has a reason beside it. */
export type Metrics = DecisionMetrics & { readonly [name in RankMetric]: number | null };
export type MetricName = keyof Metrics;

export const METRICS: readonly MetricName[] = [
  'acc',
  'balancedAcc',
  'precision',
  'recall',
  'specificity',
  'f1',
  'mcc',
  'kappa',
  ...WALKED.filter((name): name is RankMetric => name !== 'truePositives' && name !== 'falsePositives'),
];

const CALIBRATION: readonly MetricName[] = ['brier', 'ece'];

export interface Measured {
  readonly confusion: Confusion;
  readonly metrics: Metrics;
  /** Why a metric is `null`, by name. */
  readonly reasons: Readonly<Partial<Record<MetricName, string>>>;
}

export interface MeasureOptions {
  /** Items from this score on are called positive. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** Whether every score may be read as a probability. */
export function areProbabilities({ scores }: Ranking): boolean {
  return scores.length > 0 && (scores[0] as number) <= 1 && (scores.at(-1) as number) >= 0;
}

/** Measures a ranking. With one class only, or no item, what needs both is `null` with the reason. */
export function measure(ranking: Ranking, options: MeasureOptions = {}): Measured {
  const course = layCourse(ranking, options.threshold ?? 0.5);
  const { positiveCount, negativeCount } = ranking;
  const values = new Float64Array(WALKED.length);
  const whole = positiveCount > 0 && negativeCount > 0;
  if (whole) walk(course, ranking.positives, ranking.negatives, values);
  const confusion = whole ? tabulate(values, positiveCount, negativeCount) : countAtCut(ranking, course.cut);
  const decisions = computeDecisionMetrics(confusion);
  const metrics = Object.fromEntries(
    METRICS.map((name) => {
      if (name in decisions) return [name, decisions[name as keyof DecisionMetrics]];
      const defined = whole && (!CALIBRATION.includes(name) || areProbabilities(ranking));
      return [name, defined ? (values[AT[name as RankMetric]] as number) : null];
    }),
  ) as Record<MetricName, number | null>;
  const reasons = Object.fromEntries(
    METRICS.filter((name) => metrics[name] === null).map((name) => [name, explain(name, ranking)]),
  );
  return { confusion, metrics, reasons };
}

/** Confusion of a walk's values. */
export function tabulate(values: Float64Array, positiveCount: number, negativeCount: number): Confusion {
  const truePositives = values[AT.truePositives] as number;
  const falsePositives = values[AT.falsePositives] as number;
  return {
    truePositives,
    falsePositives,
    falseNegatives: positiveCount - truePositives,
    trueNegatives: negativeCount - falsePositives,
  };
}

function countAtCut(ranking: Ranking, cut: number): Confusion {
  const sum = (counts: Int32Array) => counts.subarray(0, cut).reduce((total, count) => total + count, 0);
  const [truePositives, falsePositives] = [sum(ranking.positives), sum(ranking.negatives)];
  return {
    truePositives,
    falsePositives,
    falseNegatives: ranking.positiveCount - truePositives,
    trueNegatives: ranking.negativeCount - falsePositives,
  };
}

function explain(name: MetricName, ranking: Ranking): string {
  const { positiveCount, negativeCount } = ranking;
  if (positiveCount + negativeCount === 0) return 'No item has an answer.';
  if (name === 'precision') return 'No item was called positive.';
  if (name === 'f1') return 'No item is positive, and none was called positive.';
  if (name === 'recall') return 'No item is positive.';
  if (name === 'specificity') return 'No item is negative.';
  if (positiveCount === 0) return 'One class only: no item is positive.';
  if (negativeCount === 0) return 'One class only: no item is negative.';
  return 'Scores outside 0 to 1 are no probabilities.';
}
