import {
  checkNumber,
  checkText,
  checkVersion,
  createOnce,
  DomainError,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  revise,
  transition,
} from '../platform/index.ts';
import { type Action, actionsOfRole, isAction, type Role } from './actions.ts';
import {
  type ApiKey,
  apiKeyKind,
  apiKeyUseKind,
  draftApiKey,
  isUsable,
  makeSecret,
  registerApiKey,
} from './api-key.ts';
import { assertMay } from './policy.ts';
import type { TenantRequest } from './tenant-request.ts';

const MAX_NAME = 100;
const DEFAULT_GRACE_SECONDS = 86_400;
const MAX_GRACE_SECONDS = 7 * 86_400;
const ID_PATH = ['input', 'id'];

export interface ApiKeyInput {
  readonly name: string;
  readonly role: Role;
  /** Names of actions. */
  readonly scopes?: readonly string[] | null | undefined;
  readonly expiresAt?: Date | null | undefined;
  readonly trustedDocumentsOnly?: boolean | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Makes a key with no more rights than the caller's. The key itself is given only here, and not again for a replayed
 * idempotency key.
 * @throws ForbiddenError naming an action the caller lacks
 */
export async function createApiKey(
  { session, scope }: TenantRequest,
  input: ApiKeyInput,
): Promise<{ apiKey: ApiKey; key: string | undefined }> {
  assertMay(session, 'apiKey.create');
  const scopes = checkScopes(input.scopes, input.role);
  for (const action of scopes ?? actionsOfRole[input.role]) assertMay(session, action);
  const created = await createOnce(
    scope,
    { operation: 'apiKey.create', key: input.idempotencyKey, input },
    async () => {
      const createdAt = scope.clock();
      const drafted = draftApiKey(scope, {
        id: scope.createId('apiKey'),
        tenantId: scope.tenantId,
        name: checkText(input.name, ['input', 'name'], 1, MAX_NAME),
        role: input.role,
        scopes,
        ...(input.trustedDocumentsOnly && { trustedDocumentsOnly: true }),
        createdAt,
        expiresAt: checkExpiry(input.expiresAt, createdAt),
      });
      const writes = [scope.table.create(apiKeyKind, drafted.apiKey), registerApiKey(drafted.apiKey)];
      return { id: drafted.apiKey.id, value: drafted, writes };
    },
  );
  if ('value' in created) return created.value;
  return { apiKey: await load(scope, apiKeyKind, created.replayOf, ['input']), key: undefined };
}

/**
 * Gives a key a new secret; the old one works for `graceSeconds` more, an older one no longer.
 * @throws DomainError NOT_FOUND, VERSION_CONFLICT, ARCHIVED when it has ended
 */
export async function rotateApiKey(
  { session, scope }: TenantRequest,
  input: { readonly id: string; readonly expectedVersion: number; readonly graceSeconds?: number },
): Promise<{ apiKey: ApiKey; key: string }> {
  assertMay(session, 'apiKey.rotate');
  const apiKey = await load(scope, apiKeyKind, input.id, ID_PATH);
  for (const action of apiKey.scopes ?? actionsOfRole[apiKey.role]) assertMay(session, action);
  checkVersion(apiKey.rev, input.expectedVersion);
  const grace = checkNumber(
    input.graceSeconds ?? DEFAULT_GRACE_SECONDS,
    ['input', 'graceSeconds'],
    0,
    MAX_GRACE_SECONDS,
  );
  const now = scope.clock();
  if (!isUsable(apiKey, now))
    throw new DomainError('ARCHIVED', 'The key has ended. Make a new one.', ID_PATH);
  const { key, secretHash, displayHint } = makeSecret(scope, apiKey.id);
  const previous = grace > 0 ? { secretHash: apiKey.secretHash, until: now + grace * 1000 } : undefined;
  const next = revise(apiKey, { secretHash, displayHint, previous });
  return { apiKey: await scope.table.save(apiKeyKind, next), key };
}

/** Ends a key, and with it the upload tokens it made; one that has ended stays as it is. */
export async function revokeApiKey({ session, scope }: TenantRequest, id: string): Promise<ApiKey> {
  assertMay(session, 'apiKey.revoke');
  const now = scope.clock();
  const revoked = await transition(scope, apiKeyKind, id, (apiKey) =>
    apiKey.revokedAt === undefined ? revise(apiKey, { revokedAt: now }) : undefined,
  );
  return revoked ?? load(scope, apiKeyKind, id, ID_PATH);
}

/** A key of the caller's tenant, the caller's own without further rights; undefined for every other. */
export async function findApiKey({ session, scope }: TenantRequest, id: string): Promise<ApiKey | undefined> {
  if (session.kind !== 'apiKey' || session.apiKeyId !== id) assertMay(session, 'apiKey.read');
  return scope.table.get(apiKeyKind, id);
}

export async function listApiKeys(
  { session, scope }: TenantRequest,
  page: PageRequest & { readonly revoked: boolean },
): Promise<ListPage<ApiKey>> {
  assertMay(session, 'apiKey.read');
  return listPage<ApiKey>(scope, 'byTenant', page.revoked ? 'apiKey:revoked' : 'apiKey', page);
}

/** When each of the keys was used last, in epoch ms, to the minute. */
export async function findLastUses(
  { scope }: TenantRequest,
  ids: readonly string[],
): Promise<(number | undefined)[]> {
  const uses = await scope.table.getMany(apiKeyUseKind, ids);
  return uses.map((use) => use?.usedAt);
}

function checkScopes(scopes: readonly string[] | null | undefined, role: Role): Action[] | undefined {
  if (scopes === null || scopes === undefined) return undefined;
  const path = ['input', 'scopes'];
  if (scopes.length === 0)
    throw new DomainError('INVALID', 'Name at least one action, or leave scopes out.', path);
  const unique = [...new Set(scopes)];
  return unique.map((name) => {
    if (!isAction(name)) throw new DomainError('INVALID', `There is no action ${name}.`, path);
    if (!actionsOfRole[role].has(name))
      throw new DomainError('INVALID', `The role ${role} has no action ${name}.`, path);
    return name;
  });
}

function checkExpiry(expiresAt: Date | null | undefined, now: number): number | undefined {
  if (!expiresAt) return undefined;
  if (expiresAt.getTime() <= now)
    throw new DomainError('INVALID', 'expiresAt lies in the future.', ['input', 'expiresAt']);
  return expiresAt.getTime();
}
