import { DEFAULT_AUDIT_DAYS } from '@loupe/core/audit';
import { findDeletion } from '@loupe/core/deletion';
import { DEFAULT_PLAN } from '@loupe/core/usage';
import type { TenantResolvers } from '../../generated/types.ts';

export const tenant: TenantResolvers = {
  auditDays: ({ auditDays }) => auditDays ?? DEFAULT_AUDIT_DAYS,
  deletion: async ({ deletionId }, _args, { platform, session }) =>
    (deletionId && (await findDeletion(platform, session, deletionId))) || null,
  plan: ({ plan }) => plan ?? DEFAULT_PLAN,
  version: ({ rev }) => rev,
};
