import {
  type Chunk,
  type Evaluation,
  evaluationKind,
  moveChunk,
  readEvaluationCounts,
  releaseChunk,
  stopEvaluation,
} from '@loupe/core/evaluation';
import { LimitError, type TenantScope, transition } from '@loupe/core/platform';
import { tenantKind } from '@loupe/core/tenant';
import { assertQuotaLeft } from '@loupe/core/usage';
import { platform } from './platform.ts';

/** What keeps an evaluation from asking on: its budget, the tenant's plan, its suspension. */

/** Likely cost of a chunk, as an upper bound, in micro-USD. */
export function estimateChunk(
  { maxCostMicroUsd, estimateMicroUsd = 0, variantEstimates, variants, itemCount }: Evaluation,
  { from, to, variant }: Chunk,
): number {
  if (maxCostMicroUsd === undefined) return 0;
  const items = itemCount / variants.length;
  const whole = variantEstimates?.[variant] ?? estimateMicroUsd / variants.length;
  return Math.ceil((whole * (to - from)) / items);
}

/**
 * Gives a chunk back that the budget does not allow now: what others set aside may come free. Where it would not be enough for
 * the chunk alone, the evaluation stops. This is asked after its own reservation is written, so that of two workers at
 * the edge of the budget at most one goes on.
 */
export async function holdAtBudget(
  scope: TenantScope,
  evaluation: Evaluation,
  { position, reservedMicroUsd }: Chunk,
  token: string,
): Promise<boolean> {
  if (evaluation.maxCostMicroUsd === undefined) return false;
  const { costMicroUsd, reserved } = await readEvaluationCounts(scope, evaluation.id);
  if (costMicroUsd + reserved <= evaluation.maxCostMicroUsd) return false;
  await moveChunk(scope, evaluation.id, position, (chunk) =>
    releaseChunk(chunk, token, { reservedMicroUsd: 0 }),
  );
  if (costMicroUsd + reservedMicroUsd <= evaluation.maxCostMicroUsd) return true;
  const stopped = await transition(scope, evaluationKind, evaluation.id, (current) =>
    stopEvaluation(current, 'STOPPED', platform.clock()),
  );
  if (stopped) await scope.queues.send('evaluate', [{ tenantId: scope.tenantId, jobId: evaluation.id }]);
  return true;
}

/** Stops the evaluation of a tenant that is suspended or has used up what its plan allows; it can be resumed. */
export async function stopAtPlan(
  scope: TenantScope,
  { id }: Evaluation,
  { position }: Chunk,
  token: string,
): Promise<boolean> {
  if (await mayAsk(scope)) return false;
  await moveChunk(scope, id, position, (chunk) => releaseChunk(chunk, token, { reservedMicroUsd: 0 }));
  const stopped = await transition(scope, evaluationKind, id, (current) =>
    stopEvaluation(current, 'STOPPED', platform.clock()),
  );
  if (stopped) await scope.queues.send('evaluate', [{ tenantId: scope.tenantId, jobId: id }]);
  return true;
}

/** Whether the tenant is neither suspended nor has used up what its plan allows. */
export async function mayAsk(scope: TenantScope): Promise<boolean> {
  const tenant = await scope.table.get(tenantKind, scope.tenantId);
  if (tenant?.archivedAt !== undefined) return false;
  try {
    await assertQuotaLeft(scope, tenant?.plan, ['TOKENS', 'SPEND_MICRO_USD']);
    return true;
  } catch (error) {
    if (error instanceof LimitError) return false;
    throw error;
  }
}
