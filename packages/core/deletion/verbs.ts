import { assertMay, isTenantSession, type Session, type TenantRequest } from '../access/index.ts';
import { type Actor, describeActor } from '../audit/index.ts';
import { datasetKind } from '../dataset/index.ts';
import { endForDeletion, evaluationKind, isEvaluationEnded, wakeEvaluation } from '../evaluation/index.ts';
import { inspectionKind } from '../inspection/index.ts';
import {
  ConditionFailedError,
  checkNumber,
  createNotFoundError,
  createOnce,
  createTenantScope,
  DomainError,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  type Platform,
  RESEND_AFTER_MS,
  revise,
  type TenantScope,
} from '../platform/index.ts';
import { sampleKind } from '../sample/index.ts';
import { findTenant, type Tenant, tenantKind } from '../tenant/index.ts';
import { type Deletion, type DeletionSubject, deletionKind } from './entity.ts';
import { assertUnused } from './find-profiles-of.ts';
import { listEvaluationsOf } from './list-evaluations-of.ts';
import { cancelDeletion } from './states.ts';
import { takeDataset, takeEvaluation, takeInspection, takeSample } from './take-nouns.ts';
import { REGISTER, type Taken } from './work.ts';

const ID_PATH = ['input', 'id'];
const DAY_MS = 86_400_000;
/** Days in which the end of a tenant can be cancelled. */
const GRACE = { least: 1, usual: 7, most: 30 } as const;

interface DeleteInput {
  readonly id: string;
  readonly idempotencyKey?: string | null | undefined;
}

/** Deletes a sample: its file, its views, and its inspections or at least their pictures. */
export async function deleteSample(
  request: TenantRequest,
  input: DeleteInput & { readonly keepInspections?: boolean },
): Promise<Deletion> {
  assertMay(request.session, 'sample.delete');
  return begin(request, 'sample.delete', input, 'SAMPLE', async (deletion) => {
    const sample = await load(request.scope, sampleKind, input.id, ID_PATH);
    if (sample.state === 'DELETED') throw createNotFoundError('sample', ID_PATH);
    await assertUnused(request.scope, sample.id);
    return takeSample(request.scope, sample, 'SAMPLE', deletion.id);
  });
}

/** Deletes an inspection with its pictures, reviews and questions. Its sample stays. */
export async function deleteInspection(request: TenantRequest, input: DeleteInput): Promise<Deletion> {
  assertMay(request.session, 'inspection.delete');
  return begin(request, 'inspection.delete', input, 'INSPECTION', async () => {
    const inspection = await load(request.scope, inspectionKind, input.id, ID_PATH);
    return takeInspection(request.scope, inspection, 'INSPECTION');
  });
}

/** Deletes a dataset with its versions, imports and the evaluations on it. Its samples stay. */
export async function deleteDataset(request: TenantRequest, input: DeleteInput): Promise<Deletion> {
  assertMay(request.session, 'dataset.delete');
  return begin(request, 'dataset.delete', input, 'DATASET', async () => {
    const dataset = await load(request.scope, datasetKind, input.id, ID_PATH);
    await assertNotEvaluated(request.scope, dataset.id);
    return takeDataset(request.scope, dataset);
  });
}

/**
 * Deletes an evaluation with its results and reports. One that is at work is cancelled: the job waits for its end, so that batches are
 * called back from their provider, with their files.
 */
export async function deleteEvaluation(request: TenantRequest, input: DeleteInput): Promise<Deletion> {
  const { scope } = request;
  assertMay(request.session, 'evaluation.delete');
  let isAtWork = false;
  const deletion = await begin(request, 'evaluation.delete', input, 'EVALUATION', async ({ id }) => {
    const evaluation = await load(scope, evaluationKind, input.id, ID_PATH);
    if (evaluation.deletionId !== undefined) throw createNotFoundError('evaluation', ID_PATH);
    const ending = endForDeletion(evaluation, id, scope.clock());
    isAtWork = ending !== undefined;
    if (!ending) return takeEvaluation(scope, evaluation);
    return { writes: [scope.table.replace(evaluationKind, ending)], counts: {} };
  });
  if (isAtWork) await wakeEvaluation(scope, input.id);
  return deletion;
}

/** Has a tenant deleted when its grace is over. Asked again, it gives the deletion that is on its way. */
export async function deleteTenant(
  platform: Platform,
  session: Session,
  input: { readonly id: string; readonly confirmation: string; readonly graceDays?: number },
): Promise<{ deletion: Deletion; tenant: Tenant }> {
  assertMay(session, 'tenant.delete');
  const tenant = await findTenant(platform, session, input.id);
  if (!tenant) throw createNotFoundError('tenant', ID_PATH);
  if (tenant.deletionId !== undefined) {
    const known = await findDeletion(platform, session, tenant.deletionId);
    if (known) return { deletion: known, tenant };
  }
  if (input.confirmation !== tenant.name) {
    const message = 'To confirm, give the name of the tenant, letter for letter.';
    throw new DomainError('INVALID', message, ['input', 'confirmation']);
  }
  // The operator may end a tenant that was agreed to end; its own people always have a day to think.
  const least = session.kind === 'operator' ? 0 : GRACE.least;
  const days = checkNumber(input.graceDays ?? GRACE.usual, ['input', 'graceDays'], least, GRACE.most);
  const startsAt = platform.clock() + Math.round(days * DAY_MS);
  const register = createTenantScope(platform, REGISTER);
  const deletion = draft(register, describeActor(session), 'TENANT', tenant.id, tenant.id, startsAt);
  const next = revise(tenant, { deletionId: deletion.id });
  await saveBoth(register, [
    register.table.create(deletionKind, deletion),
    createTenantScope(platform, tenant.id).table.replace(tenantKind, next),
  ]);
  return { deletion, tenant: next };
}

/** Calls the end of a tenant off, as long as its grace lasts. */
export async function cancelTenantDeletion(
  platform: Platform,
  session: Session,
  id: string,
): Promise<{ deletion: Deletion; tenant: Tenant }> {
  assertMay(session, 'tenant.delete');
  const tenant = await findTenant(platform, session, id);
  if (!tenant) throw createNotFoundError('tenant', ID_PATH);
  const deletion = tenant.deletionId && (await findDeletion(platform, session, tenant.deletionId));
  const cancelled = deletion && cancelDeletion(deletion, platform.clock());
  if (!cancelled) {
    throw new DomainError('INVALID', 'No deletion of the tenant can be cancelled any more.', ID_PATH);
  }
  const register = createTenantScope(platform, REGISTER);
  const next = revise(tenant, { deletionId: undefined });
  await saveBoth(register, [
    register.table.replace(deletionKind, cancelled),
    createTenantScope(platform, tenant.id).table.replace(tenantKind, next),
  ]);
  return { deletion: cancelled, tenant: next };
}

/** A deletion by id: of the caller's tenant or of things in it; for the operator, of tenants. */
export async function findDeletion(
  platform: Platform,
  session: Session,
  id: string,
): Promise<Deletion | undefined> {
  assertMay(session, 'deletion.read');
  const own = isTenantSession(session) ? session.tenantId : undefined;
  if (own !== undefined) {
    const found = await createTenantScope(platform, own).table.get(deletionKind, id);
    if (found) return found;
  }
  const ofTenant = await createTenantScope(platform, REGISTER).table.get(deletionKind, id);
  return own === undefined || ofTenant?.tenantId === own ? ofTenant : undefined;
}

/** Newest first: of things in the caller's tenant; for the operator, of tenants. */
export async function listDeletions(
  platform: Platform,
  session: Session,
  page: PageRequest,
): Promise<ListPage<Deletion>> {
  assertMay(session, 'deletion.read');
  const home = isTenantSession(session) ? session.tenantId : REGISTER;
  return listPage<Deletion>(createTenantScope(platform, home), 'byTenant', 'deletion', page);
}

/** Batches of an evaluation may be at a provider's, with pictures: whoever began it ends it. @throws DomainError IN_USE */
async function assertNotEvaluated(scope: TenantScope, datasetId: string): Promise<void> {
  for await (const evaluation of listEvaluationsOf(scope, datasetId)) {
    if (isEvaluationEnded(evaluation)) continue;
    const message = `The evaluation ${evaluation.id} of the dataset is ${evaluation.state}. Cancel it, and delete the dataset once it has ended.`;
    throw new DomainError('IN_USE', message, ID_PATH);
  }
}

/** Takes a thing's own row in the transaction that makes the job, so that nothing finds the thing from then on. */
async function begin(
  { session, scope }: TenantRequest,
  operation: string,
  input: DeleteInput,
  subject: DeletionSubject,
  takeTarget: (deletion: Deletion) => Promise<Taken>,
): Promise<Deletion> {
  const request = { operation, key: input.idempotencyKey, input };
  try {
    const created = await createOnce(scope, request, async () => {
      const empty = draft(scope, describeActor(session), subject, scope.tenantId, input.id, scope.clock());
      const { writes, counts, remains = [] } = await takeTarget(empty);
      const deletion: Deletion = {
        ...empty,
        counts,
        remains,
        ...('keepInspections' in input && input.keepInspections === true && { keepInspections: true }),
      };
      return {
        id: deletion.id,
        value: deletion,
        writes: [scope.table.create(deletionKind, deletion), ...writes],
      };
    });
    if ('replayOf' in created) return load(scope, deletionKind, created.replayOf, ['input']);
    await wake(scope, created.value.id);
    return created.value;
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The object was changed meanwhile. Do it again.', ID_PATH);
  }
}

export function draft(
  scope: TenantScope,
  requester: Actor,
  subject: DeletionSubject,
  tenantId: string,
  targetId: string,
  startsAt: number,
): Deletion {
  const now = scope.clock();
  return {
    id: scope.createId('deletion'),
    rev: 1,
    subject,
    tenantId,
    targetId,
    state: startsAt > now ? 'SCHEDULED' : 'RUNNING',
    requestedBy: requester,
    createdAt: now,
    startsAt,
    counts: {},
    remains: [],
    troubles: 0,
    dueAt: startsAt > now ? startsAt : now + RESEND_AFTER_MS,
  };
}

/** When the message is lost, the sweep sends it. */
export async function wake(scope: TenantScope, jobId: string): Promise<void> {
  await scope.queues.send('leave', [{ tenantId: scope.tenantId, jobId }]).catch(() => undefined);
}

async function saveBoth(
  scope: TenantScope,
  writes: Parameters<TenantScope['table']['transact']>[0],
): Promise<void> {
  try {
    await scope.table.transact(writes);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The tenant was changed meanwhile. Do it again.', ID_PATH);
  }
}
