import { createEvaluation as create } from '@loupe/core/evaluation';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createEvaluation: NonNullable<MutationResolvers['createEvaluation']> = (
  _parent,
  { input },
  context,
) =>
  answer(async () => {
    const { find, price } = await context.models();
    return { evaluation: await create(context.tenant(), input, find, price) };
  });
