import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  ConditionFailedError,
  createTenantScope,
  type Platform,
  revise,
  type TenantScope,
  UnauthenticatedError,
  type Write,
} from '../platform/index.ts';
import { type Tenant, tenantKind } from '../tenant/entity.ts';
import {
  type ApiKey,
  type ApiKeyLocator,
  apiKeyKind,
  apiKeyUseKind,
  isUsable,
  locateApiKey,
  parseApiKey,
  rehashSecret,
  verifySecret,
} from './api-key.ts';
import { listMemberships, memberKind } from './member.ts';
import { createTokenVerifier, isJwt, type OidcSettings, type Person } from './oidc.ts';
import type { ApiKeySession, Session } from './policy.ts';
import { createSessionCache } from './session-cache.ts';
import { isUploadToken, openUploadSession, parseUploadToken } from './upload-token.ts';

/** A tenant and a key that nobody has. */
const NOBODY = `ten_${'0'.repeat(26)}`;
const STRANGER = { id: `key_${'0'.repeat(26)}`, secretHash: '0'.repeat(64) };
/** How precisely a key's last use is kept. */
const USE_MS = 60_000;

export interface AccessSettings {
  /** Without one nobody is the operator. */
  readonly operatorKey: string | undefined;
  /** Without an issuer there are no people. */
  readonly oidc?: OidcSettings | undefined;
  /** Whether any person may make a tenant. */
  readonly signUp?: 'open' | 'closed';
}

/** What a request says of who sends it. */
export interface Credentials {
  /** Value of the `Authorization` header. */
  readonly authorization: string | undefined;
  /** Value of the `Loupe-Tenant` header: which of a person’s tenants is meant. Means nothing with other credentials. */
  readonly tenantId?: string | undefined;
}

/** One kind of credential. The first that recognises a credential decides about it. */
interface Strategy {
  readonly recognises: (credential: string) => boolean;
  /** @throws UnauthenticatedError */
  readonly prove: (credential: string, tenantId: string | undefined) => Promise<Session>;
}

/**
 * Says who a bearer credential is; nothing else reads a header.
 * @returns a function that throws UnauthenticatedError for a credential that is malformed, unknown, ended, or of a
 * suspended tenant
 */
export function createAuthenticator(
  platform: Platform,
  settings: AccessSettings,
): (credentials: Credentials) => Promise<Session> {
  const cache = createSessionCache(platform.clock);
  const strategies: readonly Strategy[] = [
    { recognises: isOperatorKey(settings.operatorKey), prove: async () => ({ kind: 'operator' }) },
    { recognises: isUploadToken, prove: (credential) => proveUploadToken(platform, credential) },
    ...listPersonStrategies(platform, settings),
    { recognises: () => true, prove: (credential) => proveApiKey(platform, credential) },
  ];
  return async ({ authorization, tenantId }) => {
    if (!authorization) return { kind: 'anonymous' };
    const credential = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (!credential) throw new UnauthenticatedError('Send the credential as `Authorization: Bearer <key>`.');
    const strategy = strategies.find(({ recognises }) => recognises(credential));
    return cache.remember(`${credential} ${tenantId ?? ''}`, async () => {
      if (!strategy) throw createRefusal();
      return strategy.prove(credential, tenantId);
    });
  };
}

function listPersonStrategies(platform: Platform, { oidc, signUp }: AccessSettings): Strategy[] {
  if (!oidc) return [];
  const verify = createTokenVerifier(oidc, platform.clock);
  return [
    {
      recognises: isJwt,
      prove: async (credential, tenantId) =>
        openPersonSession(platform, await verify(credential), signUp === 'open', tenantId),
    },
  ];
}

/** As a member of the tenant that was asked for, or of the only one there is; otherwise as a person without one. */
async function openPersonSession(
  platform: Platform,
  person: Person,
  maySignUp: boolean,
  wanted: string | undefined,
): Promise<Session> {
  const memberships = await listMemberships(platform, person.personId);
  const found = await Promise.all(
    memberships
      .filter(({ tenantId }) => wanted === undefined || tenantId === wanted)
      .map(async ({ tenantId, memberId }) => {
        const { table } = createTenantScope(platform, tenantId);
        const [tenant, member] = await Promise.all([
          table.get(tenantKind, tenantId),
          table.get(memberKind, memberId),
        ]);
        const isActive = tenant !== undefined && tenant.archivedAt === undefined;
        return isActive && member && member.removedAt === undefined ? [{ tenant, member }] : [];
      }),
  );
  const [only, ...others] = found.flat();
  if (only && others.length === 0) {
    const { tenant, member } = only;
    return {
      kind: 'member',
      tenantId: tenant.id,
      plan: tenant.plan,
      auditDays: tenant.auditDays,
      memberId: member.id,
      role: member.role,
      person,
      maySignUp,
    };
  }
  if (wanted !== undefined) throw createRefusal();
  return { kind: 'person', person, maySignUp };
}

async function proveApiKey(platform: Platform, credential: string): Promise<Session> {
  const parts = parseApiKey(credential, platform.stage);
  if (!parts) throw createRefusal();
  const { scope, apiKey, tenant } = await readApiKey(platform, parts.apiKeyId);
  const now = platform.clock();
  const isProven = verifySecret(platform, apiKey ?? STRANGER, parts.secret, now);
  if (!isProven || !apiKey) throw createRefusal();
  const secretHash = rehashSecret(platform, apiKey, parts.secret);
  if (secretHash !== undefined) await keepHash(scope, revise(apiKey, { secretHash }));
  await noteUse(scope, apiKey.id, now);
  return openKeySession(apiKey, tenant);
}

async function proveUploadToken(platform: Platform, credential: string): Promise<Session> {
  const content = parseUploadToken(platform, credential, platform.clock());
  if (!content) throw createRefusal();
  const { apiKey, tenant } = await readApiKey(platform, content.apiKeyId);
  if (!apiKey || apiKey.tenantId !== content.tenantId) throw createRefusal();
  return openUploadSession(content, openKeySession(apiKey, tenant));
}

/**
 * A key that may be used, in a tenant that works. An unknown id takes the same reads as a known one, so that time does
 * not tell them apart.
 */
async function readApiKey(
  platform: Platform,
  apiKeyId: string,
): Promise<{ scope: TenantScope; apiKey: ApiKey | undefined; tenant: Tenant | undefined }> {
  const locator = await platform.table.get<ApiKeyLocator>(locateApiKey(apiKeyId));
  const tenantId = locator?.tenantId ?? NOBODY;
  const scope = createTenantScope(platform, tenantId);
  const [apiKey, tenant] = await Promise.all([
    scope.table.get(apiKeyKind, apiKeyId),
    scope.table.get(tenantKind, tenantId),
  ]);
  const isActive = tenant !== undefined && tenant.archivedAt === undefined;
  const isValid = isActive && apiKey !== undefined && isUsable(apiKey, platform.clock());
  return { scope, apiKey: isValid ? apiKey : undefined, tenant };
}

function openKeySession(apiKey: ApiKey, tenant: Tenant | undefined): ApiKeySession {
  const { plan, auditDays } = tenant ?? {};
  const { id, tenantId, role, scopes, trustedDocumentsOnly } = apiKey;
  return { kind: 'apiKey', tenantId, plan, auditDays, trustedDocumentsOnly, apiKeyId: id, role, scopes };
}

/** Writes down that the key was used, at most once a minute. Whoever else does so at the same time is as right. */
async function noteUse(scope: TenantScope, id: string, usedAt: number): Promise<void> {
  const last = await scope.table.get(apiKeyUseKind, id);
  if (last && last.usedAt + USE_MS > usedAt) return;
  const next = { id, rev: (last?.rev ?? 0) + 1, usedAt };
  const write = last ? scope.table.replace(apiKeyUseKind, next) : scope.table.create(apiKeyUseKind, next);
  await writeUnlessChanged(scope, write);
}

/** Whoever else changed the key meanwhile goes first: its next use tries again. */
async function keepHash(scope: TenantScope, apiKey: ApiKey): Promise<void> {
  await writeUnlessChanged(scope, scope.table.replace(apiKeyKind, apiKey));
}

async function writeUnlessChanged(scope: TenantScope, write: Write): Promise<void> {
  try {
    await scope.table.transact([write]);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
  }
}

function isOperatorKey(operatorKey: string | undefined): (credential: string) => boolean {
  return (credential) => operatorKey !== undefined && isSame(credential, operatorKey);
}

function createRefusal(): UnauthenticatedError {
  return new UnauthenticatedError('The credential is malformed, unknown or no longer valid.');
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
