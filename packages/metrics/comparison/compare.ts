import { computeIntervals, createRecord, type Interval, type Resamples } from '../intervals/bootstrap.ts';
import { drawUint32, seedRandom } from '../intervals/random.ts';
import { areProbabilities, METRICS, type MetricName, measure } from '../measures.ts';
import { buildRanking, type Ranking } from '../ranking/ranking.ts';
import { layCourse } from '../ranking/walk.ts';
import { computeMcNemar, type McNemar } from './mcnemar.ts';

export interface Difference {
  /** Second minus first. */
  readonly value: number;
  readonly interval: Interval;
}

export interface Comparison {
  /** Items that both answered. */
  readonly items: number;
  readonly differences: Readonly<Partial<Record<MetricName, Difference>>>;
  readonly mcNemar: McNemar;
}

export interface Paired {
  readonly labels: ArrayLike<number>;
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

export interface CompareOptions {
  readonly resamples?: number | undefined;
  readonly seed?: number | undefined;
  /** Thresholds of the two variants. Default 0.5 each. */
  readonly thresholds?: readonly [first: number, second: number] | undefined;
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
  const resamples = resampleTogether(paired, rankings, thresholds, options);
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
    mcNemar: computeMcNemar(onlyFirst, onlySecond),
  };
}

/** Second minus first, for every resample. */
function resampleTogether(
  { labels, first, second }: Paired,
  rankings: readonly [Ranking, Ranking],
  thresholds: readonly [number, number],
  options: CompareOptions,
): Resamples {
  const rounds = options.resamples ?? 1000;
  const { positiveCount, negativeCount } = rankings[0];
  if (positiveCount === 0 || negativeCount === 0) return {};
  const strata = [1, 0].map((label) =>
    Int32Array.from(labels, (_, i) => i).filter((i) => Boolean(labels[i]) === Boolean(label)),
  );
  const calibrated = rankings.every(areProbabilities);
  const sides = rankings.map((ranking, side) => ({
    groups: locate(ranking, side === 0 ? first : second),
    counts: [new Int32Array(ranking.scores.length), new Int32Array(ranking.scores.length)] as const,
    record: createRecord(layCourse(ranking, thresholds[side] as number), rounds, calibrated),
  }));
  const state = seedRandom(options.seed ?? 1);
  for (let round = 0; round < rounds; round++) {
    for (const { counts } of sides) for (const count of counts) count.fill(0);
    strata.forEach((members, stratum) => {
      for (let i = 0; i < members.length; i++) {
        const item = members[Math.floor((drawUint32(state) / 2 ** 32) * members.length)] as number;
        for (const { groups, counts } of sides) {
          const count = counts[stratum] as Int32Array;
          const group = groups[item] as number;
          count[group] = (count[group] as number) + 1;
        }
      }
    });
    for (const { counts, record } of sides) record.write(round, counts[0], counts[1]);
  }
  const [a, b] = sides.map(({ record }) => record.resamples) as [Resamples, Resamples];
  return Object.fromEntries(
    METRICS.flatMap((name) => {
      const [before, after] = [a[name], b[name]];
      return before && after ? [[name, after.map((value, i) => value - (before[i] as number))]] : [];
    }),
  );
}

/** Group of each item in a ranking. */
function locate(ranking: Ranking, scores: ArrayLike<number>): Int32Array {
  const groups = new Map(Array.from(ranking.scores, (score, group) => [score, group] as const));
  return Int32Array.from(scores, (score) => groups.get(score + 0) ?? 0);
}
