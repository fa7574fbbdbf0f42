import type { Write } from '../platform/index.ts';
import type { Announcer } from '../webhook/index.ts';
import { type Evaluation, isEvaluationEnded } from './entity.ts';

/** Tells whoever listens that an evaluation ended, and how: ids, no more. One that goes on says nothing. */
export function announceEvaluation(announcer: Announcer, evaluation: Evaluation): readonly Write[] {
  if (!isEvaluationEnded(evaluation)) return [];
  const { id, profileId, datasetVersionId, state } = evaluation;
  return announcer.draft('evaluation.completed', { evaluationId: id, profileId, datasetVersionId, state });
}
