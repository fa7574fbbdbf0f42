import { assertMay, type TenantRequest } from '../access/index.ts';
import { inspectionKind } from '../inspection/index.ts';
import {
  checkText,
  createOnce,
  DomainError,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  RESEND_AFTER_MS,
  type TenantScope,
} from '../platform/index.ts';
import { checkReferences, loadProfileVersion, type ModelCheck } from '../profile/index.ts';
import { assertQuotaLeft } from '../usage/index.ts';
import {
  type AnyConsultation,
  consultationKind,
  type ProfileDraft,
  placeTurns,
  type Turn,
} from './entity.ts';

const DEFAULT_MODEL = 'loupe/reference-match';

/** Characters of a question and of a class name, turns of an inspection, and references of a draft. */
const LIMITS = { question: 1000, className: 100, turns: 50, references: 8 } as const;

/** Asks a question about an inspection that is DONE; the answer comes later. */
export async function askInspection(
  { session, scope }: TenantRequest,
  input: {
    readonly inspectionId: string;
    readonly question: string;
    readonly model?: string | null | undefined;
    readonly idempotencyKey?: string | null | undefined;
  },
  checkModel: ModelCheck,
): Promise<Turn> {
  assertMay(session, 'inspection.ask');
  await assertQuotaLeft(scope, session.plan, ['TOKENS', 'SPEND_MICRO_USD']);
  const request = { operation: 'inspection.ask', key: input.idempotencyKey, input };
  const id = await createAndSend(scope, request, async () => {
    const path = ['input', 'inspectionId'];
    const inspection = await load(scope, inspectionKind, input.inspectionId, path);
    if (inspection.state !== 'DONE') {
      throw new DomainError('INVALID', `The inspection is ${inspection.state}. Ask once it is DONE.`, path);
    }
    const asked = await scope.table.query(`byParent`, placeTurns(inspection.id), { limit: LIMITS.turns });
    if (asked.items.length >= LIMITS.turns) {
      throw new DomainError('INVALID', `An inspection has at most ${LIMITS.turns} questions.`, path);
    }
    const { model } = await loadProfileVersion(scope, inspection.profileVersionId);
    return {
      ...begin(scope, 'turn', checkAvailable(input.model ?? model, checkModel)),
      kind: 'TURN',
      inspectionId: inspection.id,
      question: checkText(input.question, ['input', 'question'], 1, LIMITS.question),
    };
  });
  return (await load(scope, consultationKind, id, ['input'])) as Turn;
}

/** Has a model propose a profile from normal samples; the proposal comes later and changes nothing by itself. */
export async function draftProfile(
  { session, scope }: TenantRequest,
  input: {
    readonly className: string;
    readonly referenceIds: readonly string[];
    readonly model?: string | null | undefined;
    readonly idempotencyKey?: string | null | undefined;
  },
  checkModel: ModelCheck,
): Promise<ProfileDraft> {
  assertMay(session, 'profile.draft');
  await assertQuotaLeft(scope, session.plan, ['TOKENS', 'SPEND_MICRO_USD']);
  const request = { operation: 'profile.draft', key: input.idempotencyKey, input };
  const id = await createAndSend(scope, request, async () => {
    const path = ['input', 'referenceIds'];
    const { length } = input.referenceIds;
    if (length < 1 || length > LIMITS.references) {
      throw new DomainError(
        'INVALID',
        `A draft has 1 to ${LIMITS.references} references, not ${length}.`,
        path,
      );
    }
    await checkReferences(scope, input.referenceIds, ['input']);
    return {
      ...begin(scope, 'profileDraft', checkAvailable(input.model ?? DEFAULT_MODEL, checkModel)),
      kind: 'DRAFT',
      className: checkText(input.className, ['input', 'className'], 1, LIMITS.className),
      referenceIds: input.referenceIds,
    };
  });
  return (await load(scope, consultationKind, id, ['input'])) as ProfileDraft;
}

export async function findTurn({ session, scope }: TenantRequest, id: string): Promise<Turn | undefined> {
  assertMay(session, 'inspection.read');
  const found = await scope.table.get(consultationKind, id);
  return found?.kind === 'TURN' ? found : undefined;
}

export async function findProfileDraft(
  { session, scope }: TenantRequest,
  id: string,
): Promise<ProfileDraft | undefined> {
  assertMay(session, 'profile.read');
  const found = await scope.table.get(consultationKind, id);
  return found?.kind === 'DRAFT' ? found : undefined;
}

/** The drafts of the tenant, newest first. */
export async function listProfileDrafts(
  { session, scope }: TenantRequest,
  page: PageRequest,
): Promise<ListPage<ProfileDraft>> {
  assertMay(session, 'profile.read');
  return listPage<ProfileDraft>(scope, 'byTenant', 'profileDraft', page);
}

/** The questions of an inspection, newest first. */
export async function listTurns(
  { session, scope }: TenantRequest,
  inspectionId: string,
  page: PageRequest,
): Promise<ListPage<Turn>> {
  assertMay(session, 'inspection.read');
  return listPage<Turn>(scope, 'byParent', placeTurns(inspectionId), page);
}

/** Earlier turns that were answered, oldest first. */
export async function listAnswered(scope: TenantScope, turn: Turn): Promise<readonly Turn[]> {
  const page = await scope.table.query<Turn>('byParent', placeTurns(turn.inspectionId), {
    limit: LIMITS.turns,
  });
  return page.items
    .filter(({ id, answer }) => id < turn.id && answer !== undefined)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function begin(scope: TenantScope, noun: 'turn' | 'profileDraft', model: string) {
  const now = scope.clock();
  return {
    id: scope.createId(noun),
    rev: 1,
    state: 'QUEUED' as const,
    model,
    createdAt: now,
    attempt: 0,
    dueAt: now + RESEND_AFTER_MS,
  };
}

async function createAndSend(
  scope: TenantScope,
  request: Parameters<typeof createOnce>[1],
  draft: () => Promise<AnyConsultation>,
): Promise<string> {
  const created = await createOnce(scope, request, async () => {
    const value = await draft();
    return { id: value.id, value, writes: [scope.table.create(consultationKind, value)] };
  });
  if ('replayOf' in created) return created.replayOf;
  const { id } = created.value;
  try {
    await scope.queues.send('infer', [{ tenantId: scope.tenantId, consultationId: id }]);
  } catch {
    // The row is due in a minute.
  }
  return id;
}

function checkAvailable(model: string, checkModel: ModelCheck): string {
  const name = checkText(model, ['input', 'model'], 1, 200);
  const { available, reason } = checkModel(name);
  if (available) return name;
  throw new DomainError('MODEL_UNAVAILABLE', reason ?? 'The model is not available.', ['input', 'model']);
}
