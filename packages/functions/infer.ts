import { randomUUID } from 'node:crypto';
import { countHealth } from '@loupe/core/health';
import {
  announceInspection,
  claimInspection,
  completeInspection,
  countInspection,
  endInspection,
  explainUnusableSample,
  type Inspection,
  inspectionKind,
  isEnded,
  MAX_JUDGE_ATTEMPTS,
  PATIENCE_MS,
  releaseInspection,
} from '@loupe/core/inspection';
import { openSharedStates } from '@loupe/core/pacing';
import { createTenantScope, parseInferMessage, type TenantScope, transition } from '@loupe/core/platform';
import { DEFAULT_CALL_SETTINGS, loadProfileVersion, type ProfileVersion } from '@loupe/core/profile';
import { isSettled, type Sample, sampleKind } from '@loupe/core/sample';
import { lacksCost, meterInspection } from '@loupe/core/usage';
import { prepareAnnouncer } from '@loupe/core/webhook';
import { createPacer, ModelError, type PaceState } from '@loupe/judge';
import type { Context } from 'aws-lambda';
import { computeBackoffMs, RetryLater } from './batch.ts';
import { consult } from './consult.ts';
import { explainFailure, explainWait, readSpent } from './explain-failure.ts';
import type { CallGuard } from './guard-calls.ts';
import { PacedError } from './guard-calls.ts';
import { judgeInspection, type Result } from './judge-inspection.ts';
import { createLease } from './lease.ts';
import { logError } from './log.ts';
import { writeMetrics } from './metrics.ts';
import { createStepHandler } from './observe.ts';
import { platform } from './platform.ts';
import { startGuard, TenantSuspendedError } from './start-guard.ts';
import { findPlanName, noteFields } from './step.ts';
import { joinTraceOf, traceCall } from './tracing.ts';

const pacer = createPacer(openSharedStates<PaceState>(platform, 'pace'), platform.clock);

/** So long an inspection waits for its place in a provider's limits. */
const PACED_PATIENCE_MS = 24 * 60 * 60_000;

/** Kept of the invocation's time to write down how judging ended. */
const WRITE_DOWN_MS = 8000;

/** Judges an inspection whose sample is READY: QUEUED → RUNNING → DONE | FAILED. */
export const handler = createStepHandler('infer', async (record, context) => {
  const message = parseInferMessage(record.body);
  if ('consultationId' in message) return consult(message, record, context, pacer);
  const { tenantId, inspectionId } = message;
  noteFields({ tenantId, inspectionId });
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
  const tries = Number(record.attributes.ApproximateReceiveCount);
  if (claimed) await joinTraceOf(claimed);
  if (claimed) await attempt(scope, claimed, sample, lease.token, tries, context);
});

async function attempt(
  scope: TenantScope,
  inspection: Inspection,
  sample: Sample,
  token: string,
  tries: number,
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
  const remainingMs = Math.max(1, context.getRemainingTimeInMillis() - WRITE_DOWN_MS);
  const version = await loadProfileVersion(scope, inspection.profileVersionId);
  const settings = { ...DEFAULT_CALL_SETTINGS, ...version.calls };
  let calls: CallGuard | undefined;
  try {
    calls = await startGuard(scope, pacer, {
      profileId: inspection.profileId,
      sampleId: sample.id,
      settings,
      calls: settings.votes * (version.prompt?.framing === 'BLEND' ? 2 : 1),
      mayReturn: settings.models.length === 0,
      tries,
      slot: inspection.slot,
      deadline: platform.clock() + remainingMs,
    });
    const { guard } = calls;
    const signal = AbortSignal.timeout(remainingMs);
    const result = await traceCall('model', {}, () =>
      judgeInspection(scope, inspection, version, sample, guard, signal),
    );
    await complete(scope, inspection.id, token, result);
  } catch (error) {
    await handleFailure(scope, inspection, version, sample, token, tries, error);
  } finally {
    await calls?.settle();
  }
}

async function complete(scope: TenantScope, id: string, token: string, result: Result): Promise<void> {
  const announcer = await prepareAnnouncer(scope);
  const ended = await transition(
    scope,
    inspectionKind,
    id,
    (inspection) => completeInspection(inspection, token, result, platform.clock()),
    (done) => [
      countInspection(scope, done),
      countHealth(scope, done),
      ...meterInspection(scope, done),
      ...announceInspection(announcer, done),
    ],
  );
  if (ended) await announcer.send();
  const { usage, judgeMs } = result;
  writeMetrics(
    {
      Inspections: 1,
      ModelLatencyMs: judgeMs,
      ModelInputTokens: usage.inputTokens,
      ModelOutputTokens: usage.outputTokens,
      ModelCostMicroUsd: usage.costMicroUsd,
      ModelCostUnknown: lacksCost(usage) ? 1 : undefined,
    },
    { Model: usage.modelVersion, Plan: findPlanName() },
  );
}

/** Gives the inspection back to be tried again, or ends it when another try would not help or it waited long enough. */
async function handleFailure(
  scope: TenantScope,
  inspection: Inspection,
  { model, calls }: ProfileVersion,
  sample: Sample,
  token: string,
  tries: number,
  error: unknown,
): Promise<void> {
  const failure = explainFailure(error);
  if (error instanceof PacedError) return waitForPlace(scope, inspection, sample, token, error);
  const spent = readSpent(error, model);
  if (error instanceof ModelError)
    writeMetrics(
      {
        ModelFailures: 1,
        ModelCostMicroUsd: spent?.costMicroUsd,
        ModelCostUnknown: lacksCost(spent) ? 1 : undefined,
      },
      { Model: model, Plan: findPlanName() },
    );
  const now = platform.clock();
  const waitingSince = Math.max(inspection.createdAt, sample.settledAt ?? 0);
  const isOver = error instanceof TenantSuspendedError || !failure.retryable;
  const isTooLate = now - waitingSince > PATIENCE_MS || (calls?.failFast && failure.code === 'RATE_LIMITED');
  if (isOver || isTooLate) {
    logError('infer.failed', error, { inspectionId: inspection.id, code: failure.code });
    await endInspection(scope, inspection.id, token, failure, spent);
    writeMetrics({ InspectionFailures: 1 });
    return;
  }
  const asked = error instanceof ModelError ? error.retryAfterMs : undefined;
  const delayMs = Math.max(asked ?? 0, computeBackoffMs(tries));
  await transition(scope, inspectionKind, inspection.id, (current) =>
    releaseInspection(current, token, now + delayMs, explainWait(error), spent),
  );
  throw new RetryLater(delayMs, error);
}

/** Gives the inspection back until its calls may begin; that is no failure, and lasts as long as it takes. */
async function waitForPlace(
  scope: TenantScope,
  inspection: Inspection,
  sample: Sample,
  token: string,
  paced: PacedError,
): Promise<void> {
  const now = platform.clock();
  const waitingSince = Math.max(inspection.createdAt, sample.settledAt ?? 0);
  if (now - waitingSince > PACED_PATIENCE_MS) {
    await endInspection(scope, inspection.id, token, explainFailure(paced));
    writeMetrics({ InspectionFailures: 1 });
    return;
  }
  const delayMs = paced.delaySeconds * 1000;
  await transition(scope, inspectionKind, inspection.id, (current) =>
    releaseInspection(current, token, now + delayMs, explainWait(paced), undefined, paced.slot),
  );
  throw new RetryLater(delayMs, paced, 'EXPECTED');
}
