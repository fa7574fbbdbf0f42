import { computeIntervals, type Interval } from '../intervals/bootstrap.ts';
import { METRICS, type MetricName, measure } from '../measures.ts';
import { buildRanking } from '../ranking/ranking.ts';
import { computeMcNemar, type McNemar } from './mcnemar.ts';
import { type CompareOptions, type Paired, resamplePairs } from './resample-pairs.ts';

export interface Difference {
  /** Second minus first. */
  readonly value: number;
  readonly interval: Interval;
}

export interface Comparison {
  /** Items that both answered. */
  readonly items: number;
  readonly differences: Readonly<Partial<Record<MetricName, Difference>>>;
  readonly resamples: number;
  /** By how much AUROC of resamples is off at most on average, of either variant; 0 unless neighbouring scores were drawn together. */
  readonly resampleAurocError: number;
  readonly mcNemar: McNemar;
}

/**
 * Compares two variants on the items that both answered: differences of every metric with 95 % intervals from a paired,
 * stratified bootstrap (each resample draws the same items for both), and McNemar's test of the answers at the
 * thresholds. Without both classes only McNemar is given.
 */
export function compare(paired: Paired, options: CompareOptions = {}): Comparison {
  const { labels, first, second } = paired;
  const thresholds = options.thresholds ?? [0.5, 0.5];
  const rankings = [buildRanking(first, labels), buildRanking(second, labels)] as const;
  const { resamples, rounds, aurocError } = resamplePairs(paired, rankings, thresholds, options);
  const [a, b] = rankings.map((ranking, side) => measure(ranking, { threshold: thresholds[side] }).metrics);
  const intervals = computeIntervals(resamples);
  const differences = METRICS.flatMap((name) => {
    const [before, after, interval] = [a?.[name] ?? null, b?.[name] ?? null, intervals[name]];
    if (before === null || after === null || !interval) return [];
    return [[name, { value: after - before, interval }]];
  });
  let [onlyFirst, onlySecond] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const firstRight = (first[i] as number) >= thresholds[0] === Boolean(labels[i]);
    const secondRight = (second[i] as number) >= thresholds[1] === Boolean(labels[i]);
    if (firstRight && !secondRight) onlyFirst++;
    if (secondRight && !firstRight) onlySecond++;
  }
  return {
    items: labels.length,
    differences: Object.fromEntries(differences),
    resamples: rounds,
    resampleAurocError: aurocError,
    mcNemar: computeMcNemar(onlyFirst, onlySecond),
  };
}
