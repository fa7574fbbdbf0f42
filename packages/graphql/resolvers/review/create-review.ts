import { createReview as create } from '@loupe/core/review';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createReview: NonNullable<MutationResolvers['createReview']> = (_parent, { input }, context) =>
  answer(async () => ({ review: await create(context.tenant(), input) }));
