import { DomainError } from '../platform/index.ts';
import type { DecisionChange } from '../profile/index.ts';

/** A score of a sample of which it is known what it is. */
export interface LabelledScore {
  readonly score: number;
  readonly anomalous: boolean;
}

/** Labelled scores, and where they are from. */
export interface LabelledScores {
  readonly source: Exclude<DecisionChange['source'], 'MANUAL'>;
  readonly evaluationId?: string | undefined;
  readonly scores: readonly LabelledScore[];
}

/** So few say next to nothing. */
const LEAST_SCORES = 20;

/** @throws DomainError INVALID for fewer than 20 labelled scores, or those of one class */
export function assertEnough({ source, scores }: LabelledScores): void {
  const anomalous = scores.filter((one) => one.anomalous).length;
  if (scores.length >= LEAST_SCORES && anomalous > 0 && anomalous < scores.length) return;
  const found = `${scores.length} usable ${source === 'REVIEWS' ? 'reviews' : 'items'}, ${anomalous} of them of ANOMALOUS samples`;
  const takes = `It takes at least ${LEAST_SCORES}, some of each kind`;
  throw source === 'REVIEWS'
    ? new DomainError(
        'INVALID',
        `The profile has ${found}. ${takes}, of verdicts with a score that were asked for as the profile asks now.`,
        ['input', 'profileId'],
      )
    : new DomainError('INVALID', `The evaluation has ${found}. ${takes}, with a score.`, [
        'input',
        'evaluationId',
      ]);
}
