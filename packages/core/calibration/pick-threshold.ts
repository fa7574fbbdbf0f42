import { buildRanking, computeCurve, measure } from '@loupe/metrics';
import { DomainError } from '../platform/index.ts';

/** A review as far as scores are concerned. */
export interface LabelledReview {
  readonly score: number;
  readonly anomalous: boolean;
}

export type ThresholdAim = 'F1_MAX' | 'TARGET_RECALL' | 'TARGET_FAR';

/** A threshold, and how it does on the reviews it was chosen from. */
export interface ThresholdChoice {
  readonly threshold: number;
  readonly reviews: number;
  readonly anomalousReviews: number;
  readonly f1: number;
  readonly recall: number;
  readonly far: number;
  readonly precision: number;
}

/** So few reviews say next to nothing. */
export const LEAST_REVIEWS = 20;

/** @throws DomainError INVALID for fewer than 20 reviews, or reviews of one class */
export function assertEnough(reviews: readonly LabelledReview[]): void {
  const anomalous = reviews.filter((review) => review.anomalous).length;
  if (reviews.length >= LEAST_REVIEWS && anomalous > 0 && anomalous < reviews.length) return;
  throw new DomainError(
    'INVALID',
    `The profile has ${reviews.length} usable reviews, ${anomalous} of them of ANOMALOUS samples. It takes at least ${LEAST_REVIEWS}, some of each kind, of verdicts with a score that were asked for as the profile asks now.`,
    ['input', 'profileId'],
  );
}

/**
 * Chooses a threshold among the reviewed scores. F1_MAX: the highest with the greatest F1. TARGET_RECALL: the highest
 * that finds at least the share `target` of the anomalous. TARGET_FAR: the lowest that calls at most the share `target`
 * of the normal anomalous.
 * @throws DomainError INVALID when there are too few reviews, the target is missing, or no threshold meets it
 */
export function pickThreshold(
  reviews: readonly LabelledReview[],
  by: ThresholdAim,
  target: number | null | undefined,
): ThresholdChoice {
  assertEnough(reviews);
  const ranking = buildRanking(
    reviews.map(({ score }) => score),
    reviews.map(({ anomalous }) => Number(anomalous)),
  );
  const threshold =
    by === 'F1_MAX'
      ? (measure(ranking).metrics.f1MaxThreshold ?? undefined)
      : pickByTarget(computeCurve(ranking, ranking.scores.length), by, checkTarget(target));
  if (threshold === undefined) {
    const message = 'No threshold meets the target: normal samples are scored as high as any anomalous one.';
    throw new DomainError('INVALID', message, ['input', 'target']);
  }
  const { confusion, metrics } = measure(ranking, { threshold });
  return {
    threshold,
    reviews: reviews.length,
    anomalousReviews: ranking.positiveCount,
    f1: metrics.f1 ?? 0,
    recall: metrics.recall ?? 0,
    far: confusion.falsePositives / ranking.negativeCount,
    precision: metrics.precision ?? 0,
  };
}

function pickByTarget(
  curve: ReturnType<typeof computeCurve>,
  by: 'TARGET_RECALL' | 'TARGET_FAR',
  target: number,
): number | undefined {
  // From the highest threshold down; the first one calls nothing anomalous and is above every score.
  const points = curve.slice(1);
  return by === 'TARGET_RECALL'
    ? points.find(({ recall }) => recall >= target)?.threshold
    : points.findLast(({ far }) => far <= target)?.threshold;
}

function checkTarget(target: number | null | undefined): number {
  if (typeof target === 'number' && target >= 0 && target <= 1) return target;
  throw new DomainError('INVALID', 'target lies between 0 and 1; only F1_MAX does without.', [
    'input',
    'target',
  ]);
}
