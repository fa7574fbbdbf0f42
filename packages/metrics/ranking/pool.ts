import { countTiedPairs, type Ranking } from './ranking.ts';
import { findBreaks } from './walk.ts';

export interface Pooled {
  readonly ranking: Ranking;
  /** Position in `ranking` of each score of the whole. */
  readonly groupOf: Int32Array;
  /** By how much AUROC is off at most, and that of resamples on average: half of the share of pairs that became ties. */
  readonly aurocError: number;
}

/**
 * Puts neighbouring scores together, so that a resample's work does not grow with the number of distinct scores. A group of
 * several scores holds at most `share` of the positives and of the negatives together, and none reaches over the threshold
 * or an edge of a calibration bin: decisions and calibration stay as they are, rates at other scores move by less than `share`.
 */
export function poolRanking(ranking: Ranking, threshold: number, share: number): Pooled {
  const { scores, positiveCount, negativeCount } = ranking;
  const { cut, edges } = findBreaks(scores, threshold);
  const breaks = new Set([cut, ...edges]);
  const groupOf = new Int32Array(scores.length);
  let [group, held] = [-1, Infinity];
  for (let i = 0; i < scores.length; i++) {
    const more =
      (ranking.positives[i] as number) / Math.max(1, positiveCount) +
      (ranking.negatives[i] as number) / Math.max(1, negativeCount);
    if (held + more > share || breaks.has(i)) {
      group++;
      held = 0;
    }
    held += more;
    groupOf[i] = group;
  }
  const pooled = addUp(ranking, groupOf, group + 1);
  const pairs = positiveCount * negativeCount;
  const tied = countTiedPairs(pooled) - countTiedPairs(ranking);
  return { ranking: pooled, groupOf, aurocError: pairs === 0 ? 0 : tied / (2 * pairs) };
}

/** A group's score is its items' mean: kept between them, so that rounding carries none over a threshold that is one of its scores. */
function addUp(ranking: Ranking, groupOf: Int32Array, groups: number): Ranking {
  const scores = new Float64Array(groups);
  const [highest, lowest] = [new Float64Array(groups), new Float64Array(groups)];
  const [positives, negatives] = [new Int32Array(groups), new Int32Array(groups)];
  for (let i = 0; i < groupOf.length; i++) {
    const group = groupOf[i] as number;
    const [p, n] = [ranking.positives[i] as number, ranking.negatives[i] as number];
    positives[group] = (positives[group] as number) + p;
    negatives[group] = (negatives[group] as number) + n;
    const score = ranking.scores[i] as number;
    scores[group] = (scores[group] as number) + score * (p + n);
    if (group !== groupOf[i - 1]) highest[group] = score;
    lowest[group] = score;
  }
  for (let group = 0; group < groups; group++) {
    const mean = (scores[group] as number) / ((positives[group] as number) + (negatives[group] as number));
    scores[group] = Math.min(highest[group] as number, Math.max(lowest[group] as number, mean));
  }
  return { ...ranking, scores, positives, negatives };
}
