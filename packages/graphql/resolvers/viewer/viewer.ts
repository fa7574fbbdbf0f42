import { findApiKey, listActions } from '@loupe/core/access';
import { findTenant } from '@loupe/core/tenant';
import type { QueryResolvers } from '../../generated/types.ts';

export const viewer: NonNullable<QueryResolvers['viewer']> = async (
  _parent,
  _args,
  { platform, session, tenant },
) => {
  const actions = listActions(session);
  if (session.kind !== 'apiKey') return { actions, apiKey: null, tenant: null };
  const [apiKey, own] = await Promise.all([
    findApiKey(tenant(), session.apiKeyId),
    findTenant(platform, session, session.tenantId),
  ]);
  return { actions, apiKey: apiKey ?? null, tenant: own ?? null };
};
