import type { Decision } from '../inspection/index.ts';
import { DomainError } from '../platform/index.ts';
import type { ReviewKind, Truth } from './entity.ts';

/**
 * What a sample is, by a review of what was decided. Of NORMAL and ANOMALOUS the review itself says so; of UNCERTAIN it
 * has to be told.
 * @throws DomainError INVALID when it is not told, or told against the review
 */
export function decideTruth(decision: Decision, kind: ReviewKind, told: Truth | null | undefined): Truth {
  const path = ['input', 'truth'];
  if (decision === 'UNCERTAIN') {
    if (told) return told;
    throw new DomainError(
      'INVALID',
      'The decision is UNCERTAIN: say by truth whether the sample is NORMAL or ANOMALOUS.',
      path,
    );
  }
  const opposite = decision === 'NORMAL' ? 'ANOMALOUS' : 'NORMAL';
  const implied = kind === 'CONFIRM' ? decision : opposite;
  if (!told || told === implied) return implied;
  throw new DomainError('INVALID', `${kind} of ${decision} means ${implied}, not ${told}.`, path);
}
