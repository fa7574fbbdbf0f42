import {
  type CalibrationCurve,
  type CalibrationMethod,
  crossCalibrate,
  fitCurve,
  readCurve,
} from '@loupe/judge/scores';
import { buildRanking, measure } from '@loupe/metrics';
import { assertEnough, type LabelledScores } from './labelled-scores.ts';

/** How far probabilities are from the truth, 0 is best. */
export interface CalibrationError {
  /** Mean squared difference, 0 to 1. */
  readonly brier: number;
  /** Expected calibration error over ten bins of equal width, 0 to 1. */
  readonly ece: number;
}

/** How the raw scores of a profile become probabilities. */
export interface Calibration {
  /** Its version: 1, 2, 3 … within the profile. */
  readonly rev: number;
  /** The version of the profile whose way of asking it is for. */
  readonly profileVersionId: string;
  readonly method: CalibrationMethod;
  readonly curve: CalibrationCurve;
  readonly reviews: number;
  readonly anomalousReviews: number;
  /** Of the raw scores. */
  readonly before: CalibrationError;
  /** Of probabilities by curves that were fitted without the reviews they are measured on. */
  readonly after: CalibrationError;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** @throws DomainError INVALID for fewer than 20 reviews, or reviews of one class */
export function fitCalibration(
  labelled: LabelledScores,
  method: CalibrationMethod,
): Pick<Calibration, 'method' | 'curve' | 'reviews' | 'anomalousReviews' | 'before' | 'after'> {
  assertEnough(labelled);
  const reviews = labelled.scores;
  const scores = reviews.map(({ score }) => score);
  const anomalous = reviews.map((review) => review.anomalous);
  return {
    method,
    curve: fitCurve(method, scores, anomalous),
    reviews: reviews.length,
    anomalousReviews: anomalous.filter(Boolean).length,
    before: measureError(scores, anomalous),
    after: measureError(crossCalibrate(method, scores, anomalous), anomalous),
  };
}

/** The probability that a sample of this raw score is anomalous; undefined without a score. */
export function readProbability({ curve }: Calibration, score: number | undefined): number | undefined {
  return score === undefined ? undefined : readCurve(curve, score);
}

function measureError(probabilities: readonly number[], anomalous: readonly boolean[]): CalibrationError {
  const { metrics } = measure(buildRanking(probabilities, anomalous.map(Number)));
  if (metrics.brier === null || metrics.ece === null) {
    throw new RangeError('A calibration error needs both classes and probabilities.');
  }
  return { brier: metrics.brier, ece: metrics.ece };
}
