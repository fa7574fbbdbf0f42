import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import {
  checkNumber,
  createNotFoundError,
  ForbiddenError,
  isIdOf,
  listPeppers,
  type Peppers,
  type TenantScope,
} from '../platform/index.ts';
import { uploadActions } from './actions.ts';
import { assertMay, listActions, type TenantSession, type UploadTokenSession } from './policy.ts';
import type { TenantRequest } from './tenant-request.ts';

/**
 * A credential for a phone: it ends soon, may upload and nothing else, and is nowhere stored. It is its own content
 * with an HMAC, and ends with the key that made it: `loupe_upload_<content>.<HMAC>`.
 */

const PREFIX = 'loupe_upload_';
const MIN_SECONDS = 60;
const MAX_SECONDS = 86_400;
const DEFAULT_SECONDS = 900;

const contentSchema = v.object({
  tenantId: v.string(),
  apiKeyId: v.string(),
  profileId: v.optional(v.string()),
  /** Epoch ms. */
  expiresAt: v.number(),
});

export type UploadTokenContent = v.InferOutput<typeof contentSchema>;

/** @throws DomainError INVALID, or NOT_FOUND for a profile that is none of the tenant's */
export async function createUploadToken(
  { session, scope }: TenantRequest,
  input: { readonly profileId?: string | null | undefined; readonly expiresInSeconds?: number },
): Promise<{ token: string; expiresAt: number }> {
  assertMay(session, 'uploadToken.create');
  for (const action of uploadActions) assertMay(session, action);
  if (session.kind !== 'apiKey') throw new ForbiddenError('uploadToken.create');
  const seconds = checkNumber(
    input.expiresInSeconds ?? DEFAULT_SECONDS,
    ['input', 'expiresInSeconds'],
    MIN_SECONDS,
    MAX_SECONDS,
  );
  const profileId = input.profileId ?? undefined;
  if (profileId !== undefined) await assertProfileExists(scope, profileId);
  const expiresAt = scope.clock() + seconds * 1000;
  const content: UploadTokenContent = {
    tenantId: scope.tenantId,
    apiKeyId: session.apiKeyId,
    ...(profileId !== undefined && { profileId }),
    expiresAt,
  };
  const body = Buffer.from(JSON.stringify(content)).toString('base64url');
  return { token: `${PREFIX}${body}.${computeMac(scope.secret, body).toString('base64url')}`, expiresAt };
}

/** The content of a token of ours that has not ended; undefined for anything else. */
export function parseUploadToken(
  peppers: Peppers,
  token: string,
  now: number,
): UploadTokenContent | undefined {
  const [body = '', mac = ''] = token.slice(PREFIX.length).split('.');
  const actual = Buffer.from(mac, 'base64url');
  const isOurs = listPeppers(peppers).some((pepper) => {
    const expected = computeMac(pepper, body);
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
  if (!isUploadToken(token) || !isOurs) return undefined;
  const content = v.parse(contentSchema, JSON.parse(Buffer.from(body, 'base64url').toString()));
  return content.expiresAt > now ? content : undefined;
}

export function isUploadToken(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/** What a token may do: to upload, as far as the key that made it may. */
export function openUploadSession(content: UploadTokenContent, maker: TenantSession): UploadTokenSession {
  return {
    kind: 'uploadToken',
    tenantId: content.tenantId,
    plan: maker.plan,
    auditDays: maker.auditDays,
    trustedDocumentsOnly: maker.trustedDocumentsOnly,
    apiKeyId: content.apiKeyId,
    profileId: content.profileId,
    role: maker.role,
    scopes: listActions(maker).filter((action) => uploadActions.has(action)),
  };
}

/**
 * Holds an inspection to what the credential may name: an upload token inspects new files only, by its own profile.
 * @throws ForbiddenError `sample.read`; DomainError NOT_FOUND for another profile
 */
export function assertMayInspect(
  session: TenantSession,
  input: { readonly profileId: string; readonly sampleId: string | null | undefined },
): void {
  if (input.sampleId !== null && input.sampleId !== undefined) assertMay(session, 'sample.read');
  if (session.kind !== 'uploadToken' || session.profileId === undefined) return;
  if (input.profileId !== session.profileId) throw createNotFoundError('profile', ['input', 'profileId']);
}

async function assertProfileExists(scope: TenantScope, id: string): Promise<void> {
  const kind = { name: 'profile', place: () => ({}) };
  if (isIdOf('profile', id) && (await scope.table.get(kind, id))) return;
  throw createNotFoundError('profile', ['input', 'profileId']);
}

function computeMac(secret: string, body: string): Buffer {
  return createHmac('sha256', secret).update(`uploadToken:${body}`).digest();
}
