import { randomUUID } from 'node:crypto';
import { runImport } from '@loupe/core/dataset';
import type { TenantScope } from '@loupe/core/platform';
import type { Context } from 'aws-lambda';
import { computeBackoffMs, RetryLater } from './batch.ts';
import { createLease } from './lease.ts';

/** For so long steps are begun; then another invocation goes on. */
const STEPS_MS = 4 * 60_000;
/** Kept of the invocation's time to end the last step. */
const LAST_STEP_MS = 60_000;

/**
 * Goes on with an import. The lease lasts as long as the invocation, for a step that takes too long is ended by nothing else.
 *
 * @param tries how often the message came
 * @throws RetryLater when something of ours failed
 */
export async function workOffImport(
  scope: TenantScope,
  id: string,
  context: Context,
  tries: number,
): Promise<void> {
  const now = scope.clock();
  const lease = createLease(context, now, randomUUID());
  const stepsMs = Math.min(STEPS_MS, context.getRemainingTimeInMillis() - LAST_STEP_MS);
  const retryMs = computeBackoffMs(tries);
  const turn = { lease, deadline: now + Math.max(1000, stepsMs), retryMs };
  const goesOn = await runImport(scope, id, turn).catch((error: unknown) => {
    throw new RetryLater(retryMs, error);
  });
  if (goesOn) await scope.queues.send('evaluate', [{ tenantId: scope.tenantId, jobId: id }]);
}
