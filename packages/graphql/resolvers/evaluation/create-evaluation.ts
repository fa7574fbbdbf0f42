import { createEvaluation as create } from '@loupe/core/evaluation';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const createEvaluation: NonNullable<MutationResolvers['createEvaluation']> = (
  _parent,
  { input },
  context,
) =>
  answer(async () => ({
    evaluation: await create(context.tenant(), input, context.models.find, context.models.price),
  }));
