import { poolRanking } from '../ranking/pool.ts';
import type { Ranking } from '../ranking/ranking.ts';
import { estimateWork } from './drawing.ts';

/** Items from which on neighbouring scores are drawn together. */
const POOLED_FROM = 200_000;
/** Draws of single items that all resamples may cost, where that leaves the fewest. */
const MOST_DRAWS = 1_000_000_000;
const FEWEST_RESAMPLES = 200;

/** What the resamples of a ranking are drawn from. */
export interface Drawn {
  readonly ranking: Ranking;
  /** By how much AUROC of resamples is off at most on average. */
  readonly aurocError: number;
  /** Of one resample, in draws of single items. */
  readonly work: number;
}

/**
 * Above 200,000 items neighbouring scores are drawn together, so finely that a rate moves on average by less than a
 * tenth of its interval: that, for a rate of one half among a fifth of `items`, is 2.2 / √items to either side.
 */
export function choosePooledShare(items: number): number | undefined {
  return items > POOLED_FROM ? 0.2 / Math.sqrt(items) : undefined;
}

export function prepareDrawing(ranking: Ranking, threshold: number): Drawn {
  const share = choosePooledShare(ranking.positiveCount + ranking.negativeCount);
  const pooled = share === undefined ? { ranking, aurocError: 0 } : poolRanking(ranking, threshold, share);
  const { positives, negatives } = pooled.ranking;
  return {
    ranking: pooled.ranking,
    aurocError: pooled.aurocError,
    work: estimateWork(positives) + estimateWork(negatives),
  };
}

/** As many resamples as were asked for, or as the greatest work allows, at least 200. @param asked default 1000 */
export function limitResamples(works: readonly number[], asked = 1000): number {
  return Math.min(asked, Math.max(FEWEST_RESAMPLES, Math.floor(MOST_DRAWS / Math.max(1, ...works))));
}
