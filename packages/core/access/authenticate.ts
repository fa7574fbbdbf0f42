import { createHmac, timingSafeEqual } from 'node:crypto';
import { createTenantScope, type Platform, UnauthenticatedError } from '../platform/index.ts';
import { tenantKind } from '../tenant/entity.ts';
import { type ApiKeyLocator, apiKeyKind, locateApiKey, parseApiKey, verifySecret } from './api-key.ts';
import type { Session } from './policy.ts';

/** A tenant and a key that nobody has. */
const NOBODY = `ten_${'0'.repeat(26)}`;
const STRANGER = { id: `key_${'0'.repeat(26)}`, secretHash: '0'.repeat(64) };

/**
 * Who a bearer credential is. Strategies are tried in order: the operator's key, then API keys.
 * @param authorization value of the `Authorization` header, if any
 * @throws UnauthenticatedError for a credential that is malformed, unknown, or of a suspended tenant
 */
export async function authenticate(
  platform: Platform & { readonly operatorKey: string | undefined },
  authorization: string | undefined,
): Promise<Session> {
  if (!authorization) return { kind: 'anonymous' };
  const credential = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (!credential) throw new UnauthenticatedError('Send the credential as `Authorization: Bearer <key>`.');
  if (platform.operatorKey !== undefined && isSame(credential, platform.operatorKey))
    return { kind: 'operator' };
  return authenticateApiKey(platform, credential);
}

async function authenticateApiKey(platform: Platform, credential: string): Promise<Session> {
  const refused = new UnauthenticatedError('The API key is malformed, unknown or no longer valid.');
  const parts = parseApiKey(credential, platform.stage);
  if (!parts) throw refused;
  const locator = await platform.table.get<ApiKeyLocator>(locateApiKey(parts.apiKeyId));
  // An unknown id takes the same reads and the same HMAC as a known one, so that time does not tell them apart.
  const tenantId = locator?.tenantId ?? NOBODY;
  const { table } = createTenantScope(platform, tenantId);
  const [apiKey, tenant] = await Promise.all([
    table.get(apiKeyKind, parts.apiKeyId),
    table.get(tenantKind, tenantId),
  ]);
  const isProven = verifySecret(platform.secret, apiKey ?? STRANGER, parts.secret);
  if (!isProven || !apiKey || !tenant || tenant.archivedAt !== undefined) throw refused;
  return { kind: 'apiKey', tenantId: tenant.id, apiKeyId: apiKey.id, role: apiKey.role };
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
