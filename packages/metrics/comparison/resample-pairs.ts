import { createRecord, type Resamples } from '../intervals/bootstrap.ts';
import { createDrawing, type Drawing, estimateWork } from '../intervals/drawing.ts';
import { choosePooledShare, limitResamples } from '../intervals/prepare.ts';
import { seedRandom } from '../intervals/random.ts';
import { areProbabilities, METRICS } from '../measures.ts';
import { poolRanking } from '../ranking/pool.ts';
import type { Ranking } from '../ranking/ranking.ts';
import { layCourse } from '../ranking/walk.ts';
import { type Cells, countCells, locateScores } from './pair-cells.ts';

/** A pair's scores lie anywhere in memory: what its draw costs, in draws of single items. */
const PAIR_COST = 4;

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

export interface PairResamples {
  /** Second minus first, for every resample. */
  readonly resamples: Resamples;
  readonly rounds: number;
  /** By how much AUROC of either side is off at most on average. */
  readonly aurocError: number;
}

/** What resamples of one variant are drawn from, and where each item stands in it. */
interface Side {
  readonly ranking: Ranking;
  readonly groups: Int32Array;
  readonly aurocError: number;
}

interface Stratum extends Cells {
  readonly draw: Drawing;
  readonly drawn: Int32Array;
}

/** Draws the same items for both variants, as many positives and negatives as there are. Nothing unless both classes are present. */
export function resamplePairs(
  { labels, first, second }: Paired,
  rankings: readonly [Ranking, Ranking],
  thresholds: readonly [number, number],
  options: CompareOptions,
): PairResamples {
  const { positiveCount, negativeCount } = rankings[0];
  if (positiveCount === 0 || negativeCount === 0) return { resamples: {}, rounds: 0, aurocError: 0 };
  const sides = [
    placeItems(rankings[0], first, thresholds[0]),
    placeItems(rankings[1], second, thresholds[1]),
  ] as const;
  const strata = [1, 0].map((label) => prepareStratum(sides, labels, label));
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
    strata.forEach((stratum, i) => {
      stratum.drawn.fill(0);
      stratum.draw(stratum.drawn, state);
      records.forEach(({ counts }, side) => {
        addDrawn(counts[i] as Int32Array, side === 0 ? stratum.first : stratum.second, stratum.drawn);
      });
    });
    for (const { counts, record } of records) record.write(round, counts[0], counts[1]);
  }
  const [a, b] = records.map(({ record }) => record.resamples) as [Resamples, Resamples];
  return {
    resamples: subtract(a, b),
    rounds,
    aurocError: Math.max(...sides.map(({ aurocError }) => aurocError)),
  };
}

function placeItems(ranking: Ranking, scores: ArrayLike<number>, threshold: number): Side {
  const at = locateScores(ranking, scores);
  const share = choosePooledShare(scores.length);
  if (share === undefined) return { ranking, groups: at, aurocError: 0 };
  const { groupOf, ...pooled } = poolRanking(ranking, threshold, share);
  return { ...pooled, groups: at.map((score) => groupOf[score] as number) };
}

function prepareStratum(
  [first, second]: readonly [Side, Side],
  labels: ArrayLike<number>,
  label: number,
): Stratum {
  const isIn = (_: number, i: number) => Boolean(labels[i]) === Boolean(label);
  const cells = countCells(first.groups.filter(isIn), second.groups.filter(isIn));
  return { ...cells, draw: createDrawing(cells.counts), drawn: new Int32Array(cells.counts.length) };
}

function addDrawn(counts: Int32Array, groups: Int32Array, drawn: Int32Array): void {
  for (let cell = 0; cell < drawn.length; cell++) {
    const group = groups[cell] as number;
    counts[group] = (counts[group] as number) + (drawn[cell] as number);
  }
}

function subtract(first: Resamples, second: Resamples): Resamples {
  return Object.fromEntries(
    METRICS.flatMap((name) => {
      const [before, after] = [first[name], second[name]];
      return before && after ? [[name, after.map((value, i) => value - (before[i] as number))]] : [];
    }),
  );
}
