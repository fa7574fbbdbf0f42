import { assertMay, type TenantRequest } from '../access/index.ts';
import { type DatasetVersion, datasetVersionKind, loadVersion } from '../dataset/index.ts';
import {
  checkNumber,
  checkOptionalText,
  createNotFoundError,
  createOnce,
  DomainError,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  RESEND_AFTER_MS,
  type TenantScope,
  transition,
} from '../platform/index.ts';
import {
  listModels,
  loadActiveProfile,
  loadProfileVersion,
  type ModelCheck,
  type ProfileVersion,
} from '../profile/index.ts';
import { applyVariant } from './apply-variant.ts';
import { chooseChunkItems, listChunks, moveChunk } from './chunks.ts';
import { type Evaluation, type EvaluationMode, evaluationKind, type Variant } from './entity.ts';
import { type EvaluationEstimate, estimate, type PriceQuestion } from './estimate.ts';
import { isChunkPartial, reopenChunk, resumeEvaluation as resume, stopEvaluation } from './states.ts';
import { checkResultCount, listVariants, type VariantsInput } from './variants.ts';

const MAX_BUDGET = 1_000_000_000_000;
/** Chunks opened again at once. */
const REOPENED = 8;

export interface EvaluationInput extends VariantsInput {
  readonly profileId: string;
  readonly datasetVersionId: string;
  readonly name?: string | null | undefined;
  /** Default REALTIME. */
  readonly mode?: EvaluationMode;
  readonly useItemClass?: boolean;
  readonly seed?: number;
  readonly maxCostMicroUsd?: number | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** What an evaluation would ask and cost. */
export async function estimateEvaluation(
  { session, scope }: TenantRequest,
  input: EvaluationInput,
  price: PriceQuestion,
): Promise<EvaluationEstimate> {
  assertMay(session, 'evaluation.read');
  return estimate(scope, await resolveInput(scope, input), price);
}

export async function createEvaluation(
  { session, scope }: TenantRequest,
  input: EvaluationInput,
  checkModel: ModelCheck,
  price: PriceQuestion,
): Promise<Evaluation> {
  assertMay(session, 'evaluation.create');
  const request = { operation: 'evaluation.create', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, async () => {
    const resolved = await resolveInput(scope, input);
    const { profileVersion, variants } = resolved;
    for (const [i, variant] of variants.entries()) {
      checkModels(applyVariant(profileVersion, variant), ['input', 'variants', String(i)], checkModel);
      if (input.mode === 'ECONOMY') checkBatches(profileVersion, variant, checkModel);
    }
    const expected = await estimate(scope, resolved, price);
    checkBudget(input.maxCostMicroUsd, expected);
    const evaluation = draft(scope, input, resolved, expected);
    return { id: evaluation.id, value: evaluation, writes: [scope.table.create(evaluationKind, evaluation)] };
  });
  if ('replayOf' in created) return load(scope, evaluationKind, created.replayOf, ['input']);
  await wakeEvaluation(scope, created.value.id);
  return created.value;
}

/** Ends it with the figures of what was judged. One that ended stays as it is. */
export async function cancelEvaluation({ session, scope }: TenantRequest, id: string): Promise<Evaluation> {
  assertMay(session, 'evaluation.cancel');
  const path = ['input', 'id'];
  await load(scope, evaluationKind, id, path);
  const stopped = await transition(scope, evaluationKind, id, (current) =>
    stopEvaluation(current, 'CANCELLED', scope.clock()),
  );
  if (stopped) await wakeEvaluation(scope, id);
  return stopped ?? load(scope, evaluationKind, id, path);
}

/** Goes on with what was not judged, perhaps with another budget; with `retryFailed` also with items that ended in an error. */
export async function resumeEvaluation(
  { session, scope }: TenantRequest,
  input: {
    readonly id: string;
    readonly maxCostMicroUsd?: number | null | undefined;
    readonly retryFailed?: boolean;
  },
): Promise<Evaluation> {
  assertMay(session, 'evaluation.create');
  const path = ['input', 'id'];
  const evaluation = await load(scope, evaluationKind, input.id, path);
  if (evaluation.deletionId !== undefined) throw createNotFoundError('evaluation', path);
  if (!['DONE', 'STOPPED', 'CANCELLED', 'FAILED'].includes(evaluation.state)) return evaluation;
  if (input.maxCostMicroUsd != null && evaluation.estimateMicroUsd === undefined) throw refuseBudget();
  const wanted = (await listChunks(scope, evaluation.id)).filter(
    (chunk) => isChunkPartial(chunk) || (input.retryFailed && chunk.totals.failed > 0),
  );
  for (let at = 0; at < wanted.length; at += REOPENED) {
    const some = wanted.slice(at, at + REOPENED);
    await Promise.all(some.map(({ position }) => moveChunk(scope, evaluation.id, position, reopenChunk)));
  }
  const budget = input.maxCostMicroUsd;
  const changes = {
    ...(budget !== undefined && {
      maxCostMicroUsd:
        budget === null ? undefined : checkNumber(budget, ['input', 'maxCostMicroUsd'], 1, MAX_BUDGET),
    }),
    round: evaluation.round + (input.retryFailed ? 1 : 0),
  };
  const next = await transition(scope, evaluationKind, evaluation.id, (current) =>
    resume(current, changes, scope.clock()),
  );
  await wakeEvaluation(scope, evaluation.id);
  return next ?? load(scope, evaluationKind, evaluation.id, path);
}

export async function findEvaluations(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(Evaluation | undefined)[]> {
  assertMay(session, 'evaluation.read');
  return scope.table.getMany(evaluationKind, ids);
}

export async function listEvaluations(
  { session, scope }: TenantRequest,
  page: PageRequest & { readonly profileId?: string | null | undefined },
): Promise<ListPage<Evaluation>> {
  assertMay(session, 'evaluation.read');
  if (page.profileId) return listPage(scope, 'byParent', `profile#${page.profileId}#evaluation`, page);
  return listPage(scope, 'byTenant', 'evaluation', page);
}

interface Resolved {
  readonly version: DatasetVersion;
  readonly profileVersion: ProfileVersion;
  readonly variants: readonly Variant[];
  readonly mode: EvaluationMode;
  readonly useItemClass: boolean;
}

async function resolveInput(scope: TenantScope, input: EvaluationInput): Promise<Resolved> {
  const profile = await loadActiveProfile(scope, input.profileId, ['input', 'profileId']);
  const profileVersion = await loadProfileVersion(scope, profile.currentVersionId);
  const version = await load(scope, datasetVersionKind, input.datasetVersionId, [
    'input',
    'datasetVersionId',
  ]);
  const variants = listVariants(input, profileVersion);
  checkResultCount(version.itemCount, variants.length, version.localisedCount !== 0);
  return {
    version: await loadVersion(scope, version.id),
    profileVersion,
    variants,
    mode: input.mode ?? 'REALTIME',
    useItemClass: input.useItemClass ?? false,
  };
}

/** @throws DomainError MODEL_UNAVAILABLE when one of the models that are asked is not there */
function checkModels(
  { model, calls }: ProfileVersion,
  path: readonly string[],
  checkModel: ModelCheck,
): void {
  for (const asked of [{ model, path: [...path, 'model'] }, ...listModels(calls, [...path, 'calls'])]) {
    const { available, reason = 'The model is not available.' } = checkModel(asked.model);
    if (!available) throw new DomainError('MODEL_UNAVAILABLE', reason, asked.path);
  }
}

/** @throws DomainError BATCH_UNAVAILABLE when one of the models that are asked can't be asked in batches */
function checkBatches(profileVersion: ProfileVersion, variant: Variant, checkModel: ModelCheck): void {
  const { model, calls } = applyVariant(profileVersion, variant);
  const asked = [model, ...listModels(calls, []).map((one) => one.model)];
  const without = asked.find((id) => !checkModel(id).batches);
  if (without === undefined) return;
  throw new DomainError(
    'BATCH_UNAVAILABLE',
    `The model "${without}" of the variant "${variant.name}" takes no batches. Use the mode REALTIME, or models of OpenAI's or the Gemini API's.`,
    ['input', 'mode'],
  );
}

function refuseBudget(): DomainError {
  return new DomainError('INVALID', 'What a model costs is not known here, so a budget can not be kept.', [
    'input',
    'maxCostMicroUsd',
  ]);
}

function checkBudget(budget: number | null | undefined, expected: EvaluationEstimate): void {
  if (budget == null) return;
  const path = ['input', 'maxCostMicroUsd'];
  checkNumber(budget, path, 0, MAX_BUDGET);
  if (expected.likelyCostMicroUsd === null) throw refuseBudget();
  // The estimate is high: a tenth of it says that the budget can not be enough.
  if (expected.likelyCostMicroUsd > 10 * budget) {
    throw new DomainError(
      'INVALID',
      `The budget of ${budget} micro-USD is far below the estimate of ${expected.likelyCostMicroUsd}. Take fewer items or variants.`,
      path,
    );
  }
}

function draft(
  scope: TenantScope,
  input: EvaluationInput,
  { version, profileVersion, variants, mode, useItemClass }: Resolved,
  expected: EvaluationEstimate,
): Evaluation {
  const now = scope.clock();
  const chunkItems = chooseChunkItems(version.itemCount, mode, input.maxCostMicroUsd != null);
  return {
    id: scope.createId('evaluation'),
    rev: 1,
    state: 'QUEUED',
    mode,
    name: checkOptionalText(input.name, ['input', 'name'], 200),
    datasetId: version.datasetId,
    datasetVersionId: version.id,
    profileId: profileVersion.profileId,
    profileVersionId: profileVersion.id,
    variants,
    useItemClass,
    seed: checkNumber(input.seed ?? 1, ['input', 'seed'], 0, 2 ** 31 - 1),
    maxCostMicroUsd: input.maxCostMicroUsd ?? undefined,
    estimateMicroUsd: expected.costMicroUsd ?? undefined,
    variantEstimates: expected.variantCosts ?? undefined,
    chunkItems,
    chunkCount: Math.ceil(version.itemCount / chunkItems) * variants.length,
    itemCount: version.itemCount * variants.length,
    round: 0,
    createdAt: now,
    attempt: 0,
    dueAt: now + RESEND_AFTER_MS,
  };
}

/** The row is due already: when the message can't be sent now, the sweep sends it. */
export async function wakeEvaluation(scope: TenantScope, id: string): Promise<void> {
  await scope.queues.send('evaluate', [{ tenantId: scope.tenantId, jobId: id }]).catch(() => undefined);
}
