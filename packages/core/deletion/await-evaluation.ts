import { evaluationKind, isEvaluationEnded } from '../evaluation/index.ts';
import { takeEvaluation } from './take-nouns.ts';
import { type Step, take, type Work } from './work.ts';

/** Share of the time waited so far after which it is looked at again. */
const SHARE = 0.5;
const SHORTEST_MS = 1000;
const LONGEST_MS = 5 * 60_000;

/** Takes the row of an evaluation that was at work once it has ended. @returns undefined when the row is gone */
export async function awaitEvaluation(work: Work): Promise<Step | undefined> {
  const { targetId, createdAt } = work.job();
  const evaluation = await work.scope.table.get(evaluationKind, targetId);
  if (!evaluation) return undefined;
  if (isEvaluationEnded(evaluation)) {
    await take(work, takeEvaluation(work.scope, evaluation));
    return 'AGAIN';
  }
  const now = work.platform.clock();
  return { waitUntil: now + Math.min(LONGEST_MS, Math.max(SHORTEST_MS, SHARE * (now - createdAt))) };
}
