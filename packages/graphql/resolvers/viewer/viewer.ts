import { findApiKey, findMember, isTenantSession, listActions } from '@loupe/core/access';
import { findMemberships, findTenant } from '@loupe/core/tenant';
import type { QueryResolvers } from '../../generated/types.ts';

export const viewer: NonNullable<QueryResolvers['viewer']> = async (
  _parent,
  _args,
  { platform, session, tenant },
) => {
  const actions = listActions(session);
  const memberships = await findMemberships(platform, session);
  if (!isTenantSession(session)) return { actions, apiKey: null, member: null, memberships, tenant: null };
  const [apiKey, member, own] = await Promise.all([
    session.kind === 'apiKey' ? findApiKey(tenant(), session.apiKeyId) : undefined,
    session.kind === 'member' ? findMember(tenant(), session.memberId) : undefined,
    actions.includes('tenant.read') ? findTenant(platform, session, session.tenantId) : undefined,
  ]);
  return { actions, apiKey: apiKey ?? null, member: member ?? null, memberships, tenant: own ?? null };
};
