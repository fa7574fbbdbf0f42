import { draftProfile as draft } from '@loupe/core/consultation';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const draftProfile: NonNullable<MutationResolvers['draftProfile']> = (_parent, { input }, context) =>
  answer(async () => ({ draft: await draft(context.tenant(), input, (await context.models()).find) }));
