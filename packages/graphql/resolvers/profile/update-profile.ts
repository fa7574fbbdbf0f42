import { updateProfile as update } from '@loupe/core/profile';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const updateProfile: NonNullable<MutationResolvers['updateProfile']> = (_parent, { input }, context) =>
  answer(async () => ({ profile: await update(context.tenant(), input, (await context.models()).find) }));
