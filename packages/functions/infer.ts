import { randomUUID } from 'node:crypto';
import {
  claimInspection,
  completeInspection,
  countInspection,
  endInspection,
  explainUnusableSample,
  type Inspection,
  inspectionKind,
  isEnded,
  MAX_JUDGE_ATTEMPTS,
  releaseInspection,
} from '@loupe/core/inspection';
import {
  createTenantScope,
  type Failure,
  parseInspectionMessage,
  type TenantScope,
  transition,
} from '@loupe/core/platform';
import { isSettled, type Sample, sampleKind } from '@loupe/core/sample';
import { ModelError } from '@loupe/judge';
import type { Context } from 'aws-lambda';
import { computeBackoffMs, createBatchHandler, RetryLater } from './batch.ts';
import { judgeInspection, type Result } from './judge-inspection.ts';
import { createLease } from './lease.ts';
import { logError } from './log.ts';
import { platform } from './platform.ts';

/** Kept of the invocation's time to write down how judging ended. */
const WRITE_DOWN_MS = 8000;

/** Judges an inspection whose sample is READY: QUEUED → RUNNING → DONE | FAILED. */
export const handler = createBatchHandler('infer', platform.queues, async (record, context) => {
  const { tenantId, inspectionId } = parseInspectionMessage(record.body);
  const scope = createTenantScope(platform, tenantId);
  const waiting = await scope.table.get(inspectionKind, inspectionId);
  if (!waiting || isEnded(waiting)) return;
  const sample = await scope.table.get(sampleKind, waiting.sampleId);
  if (!sample || !isSettled(sample)) return;
  if (sample.state !== 'READY') {
    await endInspection(scope, inspectionId, undefined, explainUnusableSample(sample));
    return;
  }
  const lease = createLease(context, platform.clock(), randomUUID());
  const claimed = await transition(scope, inspectionKind, inspectionId, (inspection) =>
    claimInspection(inspection, lease, platform.clock()),
  );
  if (claimed) await attempt(scope, claimed, sample, lease.token, context);
});

async function attempt(
  scope: TenantScope,
  inspection: Inspection,
  sample: Sample,
  token: string,
  context: Context,
): Promise<void> {
  if (inspection.attempt > MAX_JUDGE_ATTEMPTS) {
    await endInspection(scope, inspection.id, token, {
      code: 'ATTEMPTS_EXHAUSTED',
      message: `Judging broke off ${MAX_JUDGE_ATTEMPTS} times without an answer. Create the inspection again.`,
      retryable: true,
    });
    return;
  }
  try {
    const signal = AbortSignal.timeout(Math.max(1, context.getRemainingTimeInMillis() - WRITE_DOWN_MS));
    const result = await judgeInspection(scope, inspection, sample, signal);
    await complete(scope, inspection.id, token, result);
  } catch (error) {
    await handleFailure(scope, inspection, token, error);
  }
}

async function complete(scope: TenantScope, id: string, token: string, result: Result): Promise<void> {
  await transition(
    scope,
    inspectionKind,
    id,
    (inspection) => completeInspection(inspection, token, result, platform.clock()),
    (done) => [countInspection(scope, done)],
  );
}

/** Gives the inspection back to be tried again, or ends it when another try would not help. */
async function handleFailure(
  scope: TenantScope,
  inspection: Inspection,
  token: string,
  error: unknown,
): Promise<void> {
  const failure = explain(error);
  if (!failure.retryable || inspection.attempt >= MAX_JUDGE_ATTEMPTS) {
    logError('infer.failed', error, { inspectionId: inspection.id, code: failure.code });
    await endInspection(scope, inspection.id, token, failure);
    return;
  }
  const asked = error instanceof ModelError ? error.retryAfterMs : undefined;
  const delayMs = Math.max(asked ?? 0, computeBackoffMs(inspection.attempt));
  await transition(scope, inspectionKind, inspection.id, (current) =>
    releaseInspection(current, token, platform.clock() + delayMs),
  );
  throw new RetryLater(delayMs, error);
}

function explain(error: unknown): Failure {
  if (error instanceof ModelError) {
    // The only one who calls off a judgement is the clock.
    if (error.code === 'ABORTED') {
      return { code: 'TIMEOUT', message: 'The model did not answer in time.', retryable: true };
    }
    return { code: error.code, message: error.message, retryable: error.retryable };
  }
  return {
    code: 'INTERNAL',
    message: 'Judging failed on our side. Create the inspection again; if it fails again, report its id.',
    retryable: true,
  };
}
