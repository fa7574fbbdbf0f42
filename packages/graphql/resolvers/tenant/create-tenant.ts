import { createTenant as create } from '@loupe/core/tenant';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createTenant: NonNullable<MutationResolvers['createTenant']> = (_parent, { input }, context) =>
  answer(async () => {
    const { tenant, key } = await create(context.platform, context.session, input);
    return { tenant, apiKey: key };
  });
