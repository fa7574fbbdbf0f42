import { areProbabilities, METRICS, type MetricName, tabulate } from '../measures.ts';
import { computeDecisionMetrics, type DecisionMetrics } from '../ranking/decisions.ts';
import type { Ranking } from '../ranking/ranking.ts';
import { AT, type Course, layCourse, WALKED, type Walked, walk } from '../ranking/walk.ts';
import { createDrawing } from './drawing.ts';
import { seedRandom } from './random.ts';

export interface BootstrapOptions {
  /** Default 1000. */
  readonly resamples?: number | undefined;
  /** Default 1. The same seed gives the same intervals. */
  readonly seed?: number | undefined;
  /** Default 0.5. */
  readonly threshold?: number | undefined;
  /** Whether every score may be read as a probability. Default whether it looks like one. */
  readonly calibrated?: boolean | undefined;
}

/** Lower and upper end of a 95 % interval. */
export type Interval = readonly [low: number, high: number];
export type Intervals = Readonly<Partial<Record<MetricName, Interval>>>;

/** Metrics of every resample: one array per metric, one value per resample, NaN where it has none. */
export type Resamples = Readonly<Partial<Record<MetricName, Float64Array>>>;

/**
 * Stratified bootstrap (Efron and Tibshirani 1993): each resample draws as many positives from the positives and as
 * many negatives from the negatives as there are. Empty unless both classes are present.
 */
export function resample(ranking: Ranking, options: BootstrapOptions = {}): Resamples {
  const { positiveCount, negativeCount, scores } = ranking;
  if (positiveCount === 0 || negativeCount === 0) return {};
  const course = layCourse(ranking, options.threshold ?? 0.5);
  const [drawPositives, drawNegatives] = [createDrawing(ranking.positives), createDrawing(ranking.negatives)];
  const [positives, negatives] = [new Int32Array(scores.length), new Int32Array(scores.length)];
  const rounds = options.resamples ?? 1000;
  const state = seedRandom(options.seed ?? 1);
  const record = createRecord(course, rounds, options.calibrated ?? areProbabilities(ranking));
  for (let round = 0; round < rounds; round++) {
    positives.fill(0);
    negatives.fill(0);
    drawPositives(positives, state);
    drawNegatives(negatives, state);
    record.write(round, positives, negatives);
  }
  return record.resamples;
}

/** 95 % percentile intervals, between order statistics by linear interpolation. */
export function computeIntervals(resamples: Resamples): Intervals {
  return Object.fromEntries(
    Object.entries(resamples).flatMap(([name, values]) => {
      const defined = values.filter((value) => !Number.isNaN(value)).sort();
      if (defined.length === 0) return [];
      return [[name, [takeQuantile(defined, 0.025), takeQuantile(defined, 0.975)]]];
    }),
  );
}

/** Mean over classes of each resample, leaving out classes without a value. */
export function averageResamples(classes: readonly Resamples[]): Resamples {
  return Object.fromEntries(
    METRICS.flatMap((name) => {
      const columns = classes.flatMap((one) => one[name] ?? []);
      const [first] = columns;
      if (!first) return [];
      const mean = first.map((_, i) => {
        const defined = columns.map((column) => column[i] as number).filter((value) => !Number.isNaN(value));
        return defined.reduce((sum, value) => sum + value, 0) / defined.length;
      });
      return [[name, mean]];
    }),
  );
}

export function createRecord(course: Course, rounds: number, calibrated: boolean) {
  const values = new Float64Array(WALKED.length);
  const names = METRICS.filter((name) => calibrated || (name !== 'brier' && name !== 'ece'));
  const resamples = Object.fromEntries(names.map((name) => [name, new Float64Array(rounds)])) as Resamples;
  return {
    resamples,
    write(round: number, positives: Int32Array, negatives: Int32Array): void {
      walk(course, positives, negatives, values);
      const decisions = computeDecisionMetrics(tabulate(values, course.positiveCount, course.negativeCount));
      for (const name of names) {
        const column = resamples[name] as Float64Array;
        column[round] =
          name in decisions
            ? (decisions[name as keyof DecisionMetrics] ?? Number.NaN)
            : (values[AT[name as Walked]] as number);
      }
    },
  };
}

/** @param sorted rising, not empty */
function takeQuantile(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}
