import { type ApiKey, apiKeyKind } from './api-key.ts';
import { assertMay } from './policy.ts';
import type { TenantRequest } from './tenant-request.ts';

/** A key of the caller's tenant; undefined for every other. */
export async function findApiKey({ session, scope }: TenantRequest, id: string): Promise<ApiKey | undefined> {
  assertMay(session, 'tenant.read');
  return scope.table.get(apiKeyKind, id);
}
