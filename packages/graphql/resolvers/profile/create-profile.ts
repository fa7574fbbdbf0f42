import { createProfile as create } from '@loupe/core/profile';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createProfile: NonNullable<MutationResolvers['createProfile']> = (_parent, { input }, context) =>
  answer(async () => ({ profile: await create(context.tenant(), input, (await context.models()).find) }));
