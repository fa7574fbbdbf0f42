import { findApiKey, isTenantSession, listActions } from '@loupe/core/access';
import { findTenant } from '@loupe/core/tenant';
import type { QueryResolvers } from '../../generated/types.ts';

export const viewer: NonNullable<QueryResolvers['viewer']> = async (
  _parent,
  _args,
  { platform, session, tenant },
) => {
  const actions = listActions(session);
  if (!isTenantSession(session)) return { actions, apiKey: null, tenant: null };
  const [apiKey, own] = await Promise.all([
    session.kind === 'apiKey' ? findApiKey(tenant(), session.apiKeyId) : undefined,
    actions.includes('tenant.read') ? findTenant(platform, session, session.tenantId) : undefined,
  ]);
  return { actions, apiKey: apiKey ?? null, tenant: own ?? null };
};
