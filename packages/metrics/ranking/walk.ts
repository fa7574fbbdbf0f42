import type { Ranking } from './ranking.ts';
import { Targets } from './targets.ts';

/** What one walk down a ranking finds, in this order. */
export const WALKED = [
  'auroc',
  'aupr',
  'auprNegative',
  'f1Max',
  'f1MaxThreshold',
  'farAt90Recall',
  'farAt95Recall',
  'farAt100Recall',
  'recallAt1Fpr',
  'recallAt5Fpr',
  'recallAt10Fpr',
  'truePositives',
  'falsePositives',
  'brier',
  'ece',
] as const;
export type Walked = (typeof WALKED)[number];

/** Position of each quantity. */
export const AT = Object.fromEntries(WALKED.map((name, i) => [name, i])) as Record<Walked, number>;

const BINS = 10;
/** Groups after which the walk looks whether it passed a recall or a rate. */
const BLOCK = 512;

/** Makes 0 / 0 of an empty group 0, and changes nothing else. */
const TINY = 1e-300;

/** What stays the same over all resamples of one ranking. */
export interface Course {
  readonly scores: Float64Array;
  /** Ends of the stretches between the threshold, the edges of the calibration bins and the blocks. */
  readonly ends: Int32Array;
  /** Whether a stretch ends a bin. */
  readonly closesBin: Uint8Array;
  /** Groups at or above the threshold. */
  readonly cut: number;
  readonly positiveCount: number;
  readonly negativeCount: number;
}

/**
 * How many of the scores, which fall, are at or above the threshold, and where the calibration bins end: the ten of equal
 * width over 0 to 1, closed above, as scikit-learn's `calibration_curve` has them.
 */
export function findBreaks(
  scores: Float64Array,
  threshold: number,
): { readonly cut: number; readonly edges: readonly number[] } {
  const edges = Array.from({ length: BINS }, (_, i) => countAbove(scores, (BINS - 1 - i) / BINS));
  edges[BINS - 1] = scores.length;
  return { cut: countAtLeast(scores, threshold), edges };
}

/** Lays out the walk. */
export function layCourse(ranking: Ranking, threshold: number): Course {
  const { scores, positiveCount, negativeCount } = ranking;
  const { cut, edges } = findBreaks(scores, threshold);
  const blocks = Array.from({ length: Math.floor(scores.length / BLOCK) }, (_, i) => (i + 1) * BLOCK);
  const ends = [...new Set([cut, ...edges, ...blocks])].sort((a, b) => a - b);
  const binEdges = new Set(edges);
  return {
    scores,
    ends: Int32Array.from(ends),
    closesBin: Uint8Array.from(ends, (end) => (binEdges.has(end) ? 1 : 0)),
    cut,
    positiveCount,
    negativeCount,
  };
}

/**
 * Walks the groups from the highest score down and writes every quantity of `WALKED` into `out`. Both classes must be
 * present. The counts may be those of the ranking or of a resample with the same class totals.
 */
export function walk(course: Course, positives: Int32Array, negatives: Int32Array, out: Float64Array): void {
  const { scores, ends, closesBin, cut, positiveCount: P, negativeCount: N } = course;
  const targets = new Targets(P, N);
  let [tp, fp, area, precision, precisionBelow] = [0, 0, 0, 0, 0];
  let [bestTp, bestSize, bestAt] = [0, 1, 0];
  let [sum, squares, ofPositives, gap, binStart, binTp] = [0, 0, 0, 0, 0, 0];
  let [tpAtCut, fpAtCut, start] = [0, 0, 0];
  for (let stretch = 0; stretch < ends.length; stretch++) {
    const end = ends[stretch] as number;
    const [tpBefore, fpBefore] = [tp, fp];
    // The loop that every draw of a bootstrap passes through: no branch but one that is rarely taken.
    for (let i = start; i < end; i++) {
      const p = positives[i] as number;
      const n = negatives[i] as number;
      const score = scores[i] as number;
      const below = N - fp;
      precisionBelow += (n * below) / (below + P - tp + TINY);
      area += n * (tp + p * 0.5);
      tp += p;
      fp += n;
      precision += (p * tp) / (tp + fp + TINY);
      const size = tp + fp + P;
      if (tp * bestSize > bestTp * size) {
        bestTp = tp;
        bestSize = size;
        bestAt = score;
      }
      const weight = (p + n) * score;
      sum += weight;
      squares += weight * score;
      ofPositives += p * score;
    }
    if (targets.areWithin(tp, fp)) targets.find(positives, negatives, start, end, tpBefore, fpBefore, out);
    if (end === cut) {
      tpAtCut = tp;
      fpAtCut = fp;
    }
    if (closesBin[stretch]) {
      gap += Math.abs(sum - binStart - (tp - binTp));
      binStart = sum;
      binTp = tp;
    }
    start = end;
  }
  targets.finish(out);
  out[0] = area / (P * N);
  out[1] = precision / P;
  out[2] = precisionBelow / N;
  out[3] = (2 * bestTp) / bestSize;
  out[4] = bestAt;
  out[11] = tpAtCut;
  out[12] = fpAtCut;
  out[13] = (P - 2 * ofPositives + squares) / (P + N);
  out[14] = gap / (P + N);
}

function countAtLeast(scores: Float64Array, threshold: number): number {
  return findFirst(scores, (score) => score < threshold);
}

function countAbove(scores: Float64Array, edge: number): number {
  return findFirst(scores, (score) => score <= edge);
}

/** Where a claim that holds for low scores begins to hold; bisection. */
function findFirst(scores: Float64Array, holds: (score: number) => boolean): number {
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(scores[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
