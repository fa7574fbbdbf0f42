import { findTenant } from '@loupe/core/tenant';
import type { QueryResolvers } from '../../generated/types.ts';

export const tenantById: NonNullable<QueryResolvers['tenant']> = async (_parent, { id }, context) =>
  (await findTenant(context.platform, context.session, id)) ?? null;
