import type { Ranking } from './ranking.ts';

export interface RocPoint {
  /** Items from this score on are called positive; ∞ for none. */
  readonly threshold: number;
  /** False positives over all negatives. */
  readonly far: number;
  readonly recall: number;
  readonly precision: number;
}

/**
 * Points of the ROC and precision-recall curves, one per distinct score, thinned to about `limit` by steps of equal
 * length along the ROC curve. The first has nothing called positive, with precision 1 by convention.
 */
export function computeCurve(ranking: Ranking, limit = 200): RocPoint[] {
  const { scores, positives, negatives, positiveCount: P, negativeCount: N } = ranking;
  const points: RocPoint[] = [{ threshold: Infinity, far: 0, recall: 0, precision: 1 }];
  if (P === 0 || N === 0) return [];
  let [tp, fp, taken] = [0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    tp += positives[i] as number;
    fp += negatives[i] as number;
    const length = tp / P + fp / N;
    if (scores.length > limit && length - taken < 2 / limit && i < scores.length - 1) continue;
    taken = length;
    points.push({ threshold: scores[i] as number, far: fp / N, recall: tp / P, precision: tp / (tp + fp) });
  }
  return points;
}

/**
 * Area under the precision-recall curve by the trapezoid rule, as scikit-learn's `auc(recall, precision)` has it. It
 * is too favourable between points (Davis and Goadrich 2006): average precision is the figure to report.
 */
export function computeAuprTrapezoid(ranking: Ranking): number | null {
  const { scores, positives, negatives, positiveCount: P, negativeCount: N } = ranking;
  if (P === 0 || N === 0) return null;
  let [tp, fp, area, recall, precision] = [0, 0, 0, 0, 1];
  for (let i = 0; i < scores.length; i++) {
    tp += positives[i] as number;
    fp += negatives[i] as number;
    const [nextRecall, nextPrecision] = [tp / P, tp / (tp + fp)];
    area += ((nextRecall - recall) * (precision + nextPrecision)) / 2;
    [recall, precision] = [nextRecall, nextPrecision];
  }
  return area;
}

export interface ReliabilityBin {
  /** The bin holds scores above `from`, up to and including `to`; the first also holds 0. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean score and share of positives; `null` in an empty bin. */
  readonly meanScore: number | null;
  readonly positiveShare: number | null;
}

/** The reliability diagram: ten bins of equal width, as scikit-learn's `calibration_curve` has them. */
export function computeReliability(ranking: Ranking, bins = 10): ReliabilityBin[] {
  const totals = Array.from({ length: bins }, () => ({ count: 0, sum: 0, positives: 0 }));
  ranking.scores.forEach((score, i) => {
    const total = totals.find((_, bin) => score <= (bin + 1) / bins);
    if (!total || score < 0) return;
    const [p, n] = [ranking.positives[i] as number, ranking.negatives[i] as number];
    total.count += p + n;
    total.sum += score * (p + n);
    total.positives += p;
  });
  return totals.map(({ count, sum, positives }, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    count,
    meanScore: count === 0 ? null : sum / count,
    positiveShare: count === 0 ? null : positives / count,
  }));
}

/** Items by score in bins of equal width over the scores' range, for histograms. */
export function computeHistogram(
  ranking: Ranking,
  bins = 20,
): { from: number; to: number; positives: number; negatives: number }[] {
  const { scores, positives, negatives } = ranking;
  if (scores.length === 0) return [];
  const [low, high] = [Math.min(0, scores.at(-1) as number), Math.max(1, scores[0] as number)];
  const width = (high - low) / bins;
  const counted = Array.from({ length: bins }, (_, i) => ({
    from: low + i * width,
    to: low + (i + 1) * width,
    positives: 0,
    negatives: 0,
  }));
  scores.forEach((score, i) => {
    const bin = counted[Math.min(bins - 1, Math.floor((score - low) / width))];
    if (!bin) return;
    bin.positives += positives[i] as number;
    bin.negatives += negatives[i] as number;
  });
  return counted;
}
