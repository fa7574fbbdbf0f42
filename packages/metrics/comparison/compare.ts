import { computeIntervals, createRecord, type Interval, type Resamples } from '../intervals/bootstrap.ts';
import { createDrawing, estimateWork } from '../intervals/drawing.ts';
import { choosePooledShare, limitResamples } from '../intervals/prepare.ts';
import { seedRandom } from '../intervals/random.ts';
import { areProbabilities, METRICS, type MetricName, measure } from '../measures.ts';
import { poolRanking } from '../ranking/pool.ts';
import { buildRanking, type Ranking } from '../ranking/ranking.ts';
import { layCourse } from '../ranking/walk.ts';
import { computeMcNemar, type McNemar } from './mcnemar.ts';
import { countCells, locateScores } from './pair-cells.ts';

/** A pair's scores lie anywhere in memory: what its draw costs, in draws of single items. */
const PAIR_COST = 4;

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
  /** By how much AUROC of a resample may be off at most, of either variant; 0 unless neighbouring scores were drawn together. */
  readonly resampleAurocError: number;
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
  const { resamples, rounds, aurocError } = resampleTogether(paired, rankings, thresholds, options);
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

interface Together {
  /** Second minus first, for every resample. */
  readonly resamples: Resamples;
  readonly rounds: number;
  readonly aurocError: number;
}

function resampleTogether(
  { labels, first, second }: Paired,
  rankings: readonly [Ranking, Ranking],
  thresholds: readonly [number, number],
  options: CompareOptions,
): Together {
  const { positiveCount, negativeCount } = rankings[0];
  if (positiveCount === 0 || negativeCount === 0) return { resamples: {}, rounds: 0, aurocError: 0 };
  const share = choosePooledShare(labels.length);
  const sides = rankings.map((ranking, side) => {
    const at = locateScores(ranking, side === 0 ? first : second);
    if (share === undefined) return { ranking, groups: at, aurocError: 0 };
    const { groupOf, ...pooled } = poolRanking(ranking, thresholds[side] as number, share);
    return { ...pooled, groups: at.map((score) => groupOf[score] as number) };
  });
  const strata = [1, 0].map((label) => {
    const [ofFirst, ofSecond] = sides.map(({ groups }) =>
      groups.filter((_, i) => Boolean(labels[i]) === Boolean(label)),
    );
    const cells = countCells(ofFirst as Int32Array, ofSecond as Int32Array);
    return { ...cells, drawn: new Int32Array(cells.counts.length), draw: createDrawing(cells.counts) };
  });
  const work = strata.reduce((sum, { counts }) => sum + PAIR_COST * estimateWork(counts), 0);
  const rounds = limitResamples([work], options.resamples);
  const calibrated = rankings.every(areProbabilities);
  const records = sides.map(({ ranking }, side) => ({
    counts: [new Int32Array(ranking.scores.length), new Int32Array(ranking.scores.length)] as const,
    record: createRecord(layCourse(ranking, thresholds[side] as number), rounds, calibrated),
  }));
  const state = seedRandom(options.seed ?? 1);
  for (let round = 0; round < rounds; round++) {
    for (const { counts } of records) for (const count of counts) count.fill(0);
    strata.forEach((cells, stratum) => {
      cells.drawn.fill(0);
      cells.draw(cells.drawn, state);
      records.forEach(({ counts }, side) => {
        addDrawn(counts[stratum] as Int32Array, side === 0 ? cells.first : cells.second, cells.drawn);
      });
    });
    for (const { counts, record } of records) record.write(round, counts[0], counts[1]);
  }
  const [a, b] = records.map(({ record }) => record.resamples) as [Resamples, Resamples];
  const differences = METRICS.flatMap((name) => {
    const [before, after] = [a[name], b[name]];
    return before && after ? [[name, after.map((value, i) => value - (before[i] as number))]] : [];
  });
  return {
    resamples: Object.fromEntries(differences),
    rounds,
    aurocError: Math.max(...sides.map(({ aurocError }) => aurocError)),
  };
}

function addDrawn(counts: Int32Array, groups: Int32Array, drawn: Int32Array): void {
  for (let cell = 0; cell < drawn.length; cell++) {
    const group = groups[cell] as number;
    counts[group] = (counts[group] as number) + (drawn[cell] as number);
  }
}
