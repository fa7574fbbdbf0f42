import { updateTenant as update } from '@loupe/core/tenant';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const updateTenant: NonNullable<MutationResolvers['updateTenant']> = (_parent, { input }, context) =>
  answer(async () => ({ tenant: await update(context.platform, context.session, input) }));
