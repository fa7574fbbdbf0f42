import { buildRanking, computeCurve, measure, type Ranking } from '@loupe/metrics';
import { DomainError } from '../platform/index.ts';
import type { LabelledScore } from './labelled-scores.ts';

export type ThresholdAim = 'F1_MAX' | 'TARGET_RECALL' | 'TARGET_FAR';

/** How a threshold does on labelled scores. */
export interface ThresholdFigures {
  readonly threshold: number;
  readonly f1: number;
  readonly recall: number;
  readonly far: number;
  readonly precision: number;
}

/**
 * Chooses a threshold among labelled scores, of which there are enough. F1_MAX: the highest with the greatest F1.
 * TARGET_RECALL: the highest that finds at least the share `target` of the anomalous. TARGET_FAR: the lowest that calls at
 * most the share `target` of the normal anomalous.
 * @throws DomainError INVALID when the target is missing, or no threshold meets it
 */
export function pickThreshold(
  scores: readonly LabelledScore[],
  by: ThresholdAim,
  target: number | null | undefined,
): ThresholdFigures {
  const ranking = rank(scores);
  const threshold =
    by === 'F1_MAX'
      ? (measure(ranking).metrics.f1MaxThreshold ?? undefined)
      : pickByTarget(computeCurve(ranking, ranking.scores.length), by, checkTarget(target));
  if (threshold === undefined) {
    const message = 'No threshold meets the target: normal samples are scored as high as any anomalous one.';
    throw new DomainError('INVALID', message, ['input', 'target']);
  }
  return measureThreshold(scores, threshold);
}

/** How a threshold does on labelled scores of both kinds. */
export function measureThreshold(scores: readonly LabelledScore[], threshold: number): ThresholdFigures {
  const ranking = rank(scores);
  const { confusion, metrics } = measure(ranking, { threshold });
  return {
    threshold,
    f1: metrics.f1 ?? 0,
    recall: metrics.recall ?? 0,
    far: confusion.falsePositives / ranking.negativeCount,
    precision: metrics.precision ?? 0,
  };
}

function rank(scores: readonly LabelledScore[]): Ranking {
  return buildRanking(
    scores.map(({ score }) => score),
    scores.map(({ anomalous }) => Number(anomalous)),
  );
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
