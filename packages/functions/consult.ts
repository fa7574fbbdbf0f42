import { randomUUID } from 'node:crypto';
import {
  type AnyConsultation,
  type ConsultationResult,
  claimConsultation,
  completeConsultation,
  consultationKind,
  failConsultation,
  listAnswered,
  type ProfileDraft,
  releaseConsultation,
  type Turn,
} from '@loupe/core/consultation';
import { inspectionKind, MAX_JUDGE_ATTEMPTS, type ModelUsage, PATIENCE_MS } from '@loupe/core/inspection';
import {
  type ConsultationMessage,
  createTenantScope,
  type Failure,
  type TenantScope,
  transition,
} from '@loupe/core/platform';
import { loadProfileVersion } from '@loupe/core/profile';
import { sampleKind } from '@loupe/core/sample';
import { lacksCost, meterConsultation } from '@loupe/core/usage';
import { answerQuestion, ModelError, type Pacer, proposeProfile, type VisionModel } from '@loupe/judge';
import type { Context, SQSRecord } from 'aws-lambda';
import { computeBackoffMs, RetryLater } from './batch.ts';
import { describeProfile } from './describe-profile.ts';
import { explainFailure, readSpent } from './explain-failure.ts';
import type { CallGuard } from './guard-calls.ts';
import { createLease } from './lease.ts';
import { logError } from './log.ts';
import { writeModelUse } from './metrics.ts';
import { createPictureTools } from './picture-tools.ts';
import { platform } from './platform.ts';
import { readViews } from './read-views.ts';
import { type GuardedWork, startGuard, TenantSuspendedError } from './start-guard.ts';
import { noteFields } from './step.ts';
import { findTenantModel } from './tenant-models.ts';

/** Kept of the invocation's time to write down how it ended. */
const WRITE_DOWN_MS = 8000;

const NO_ANSWER = 'The model wrote no answer. Ask again, or name another model.';

interface Consulted {
  readonly result: ConsultationResult | Failure;
  readonly usage: ModelUsage;
}

/** Asks a model what a person wants to know, or to propose a profile: QUEUED → RUNNING → DONE | FAILED. */
export async function consult(
  { tenantId, consultationId }: ConsultationMessage,
  record: SQSRecord,
  context: Context,
  pacer: Pacer,
): Promise<void> {
  noteFields({ tenantId, consultationId });
  const scope = createTenantScope(platform, tenantId);
  const lease = createLease(context, platform.clock(), randomUUID());
  const claimed = await transition(scope, consultationKind, consultationId, (current) =>
    claimConsultation(current, lease, platform.clock()),
  );
  if (!claimed) return;
  if (claimed.attempt > MAX_JUDGE_ATTEMPTS) {
    const message = `Asking broke off ${MAX_JUDGE_ATTEMPTS} times without an answer. Ask again.`;
    await fail(
      scope,
      claimed,
      lease.token,
      { code: 'ATTEMPTS_EXHAUSTED', message, retryable: true },
      undefined,
    );
    return;
  }
  const tries = Number(record.attributes.ApproximateReceiveCount);
  const remainingMs = Math.max(1, context.getRemainingTimeInMillis() - WRITE_DOWN_MS);
  let calls: CallGuard | undefined;
  try {
    calls = await startGuard(scope, pacer, {
      ...(await findLimits(scope, claimed)),
      calls: 1,
      mayReturn: true,
      tries,
      deadline: platform.clock() + remainingMs,
    });
    const signal = AbortSignal.timeout(remainingMs);
    const model = calls.guard(await findTenantModel(scope, claimed.model), 0);
    const { result, usage } =
      claimed.kind === 'TURN'
        ? await answer(scope, claimed, model, signal)
        : await propose(scope, claimed, model, signal);
    writeModelUse({ ...usage, costUnknownCount: Number(lacksCost(usage)) });
    if ('code' in result) {
      await fail(scope, claimed, lease.token, result, usage);
      return;
    }
    const endedAt = platform.clock();
    await transition(
      scope,
      consultationKind,
      claimed.id,
      (current) => completeConsultation(current, lease.token, result, usage, endedAt),
      (done) => meterConsultation(scope, done.usage, endedAt),
    );
  } catch (error) {
    await handleFailure(scope, claimed, lease.token, tries, error);
  } finally {
    await calls?.settle();
  }
}

/** Whose limits hold: of a question the profile's; a draft has the plan's alone. A person waits: no answer is kept. */
async function findLimits(
  scope: TenantScope,
  consultation: AnyConsultation,
): Promise<Pick<GuardedWork, 'profileId' | 'settings'>> {
  const unlimited = { profileId: consultation.id, settings: {} };
  if (consultation.kind === 'DRAFT') return unlimited;
  const inspection = await scope.table.get(inspectionKind, consultation.inspectionId);
  if (!inspection) return unlimited;
  const { calls } = await loadProfileVersion(scope, inspection.profileVersionId);
  return {
    profileId: inspection.profileId,
    settings: { ...calls, failFast: false, cacheAnswers: false },
  };
}

async function answer(
  scope: TenantScope,
  turn: Turn,
  model: VisionModel,
  signal: AbortSignal,
): Promise<Consulted> {
  const inspection = await scope.table.get(inspectionKind, turn.inspectionId);
  if (!inspection?.verdict) throw new Error(`The inspection ${turn.inspectionId} has no verdict.`);
  const version = await loadProfileVersion(scope, inspection.profileVersionId);
  const [sample, ...references] = await scope.table.getMany(sampleKind, [
    inspection.sampleId,
    ...version.referenceIds,
  ]);
  if (!sample) throw new Error(`The sample ${inspection.sampleId} has no row.`);
  const [query = [], ...referenceViews] = await Promise.all(
    [sample, ...references].map((source) => readViews(scope, source?.views ?? [])),
  );
  const earlier = await listAnswered(scope, turn);
  const { decision, score, reasoning } = inspection.verdict;
  const spoken = await answerQuestion({
    profile: describeProfile(version, sample),
    query,
    references: referenceViews,
    verdict: { decision, score: score ?? null, reasoning },
    history: earlier.map(({ question, answer: given = '' }) => ({ question, answer: given })),
    question: turn.question,
    model,
    pictures: createPictureTools(scope),
    signal,
    clock: platform.clock,
  });
  const usage = describeUsage(spoken);
  if (spoken.answer !== '') return { result: { answer: spoken.answer }, usage };
  return { result: { code: 'UNPARSEABLE', message: NO_ANSWER, retryable: true }, usage };
}

async function propose(
  scope: TenantScope,
  draft: ProfileDraft,
  model: VisionModel,
  signal: AbortSignal,
): Promise<Consulted> {
  const samples = await scope.table.getMany(sampleKind, draft.referenceIds);
  const references = await Promise.all(samples.map((sample) => readViews(scope, sample?.views ?? [])));
  const proposed = await proposeProfile({
    className: draft.className,
    references,
    model,
    pictures: createPictureTools(scope),
    signal,
    clock: platform.clock,
  });
  const usage = describeUsage(proposed);
  if (proposed.outcome === 'PARSED') return { result: { proposal: proposed.proposal }, usage };
  // Another try would cost as much and is the person's to choose.
  return { result: { code: proposed.outcome, message: proposed.reason, retryable: false }, usage };
}

function describeUsage({
  usage,
  costMicroUsd,
  modelVersion,
}: {
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null;
  readonly costMicroUsd: number | null;
  readonly modelVersion: string;
}): ModelUsage {
  return {
    modelVersion,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
    costMicroUsd: costMicroUsd ?? undefined,
  };
}

/** Gives it back to be tried again, or ends it when another try would not help or it waited long enough. */
async function handleFailure(
  scope: TenantScope,
  consultation: AnyConsultation,
  token: string,
  tries: number,
  error: unknown,
): Promise<void> {
  const failure = explainFailure(error);
  const spent = readSpent(error, consultation.model);
  writeModelUse({ ...spent, costUnknownCount: Number(lacksCost(spent)) });
  const now = platform.clock();
  const isOver = error instanceof TenantSuspendedError || !failure.retryable;
  if (isOver || now - consultation.createdAt > PATIENCE_MS) {
    logError('consult.failed', error, { consultationId: consultation.id, code: failure.code });
    await fail(scope, consultation, token, failure, spent);
    return;
  }
  const asked = error instanceof ModelError ? error.retryAfterMs : undefined;
  const delayMs = Math.max(asked ?? 0, computeBackoffMs(tries));
  await transition(scope, consultationKind, consultation.id, (current) =>
    releaseConsultation(current, token, now + delayMs, spent),
  );
  throw new RetryLater(delayMs, error);
}

async function fail(
  scope: TenantScope,
  { id }: AnyConsultation,
  token: string,
  failure: Failure,
  spent: ModelUsage | undefined,
): Promise<void> {
  const endedAt = platform.clock();
  await transition(
    scope,
    consultationKind,
    id,
    (current) => failConsultation(current, token, failure, spent, endedAt),
    (failed) => meterConsultation(scope, failed.usage, endedAt),
  );
}
