import { createApiKey as create } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createApiKey: NonNullable<MutationResolvers['createApiKey']> = (_parent, { input }, context) =>
  answer(() => create(context.tenant(), input));
