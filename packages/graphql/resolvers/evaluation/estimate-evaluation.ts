import { estimateEvaluation as estimate } from '@loupe/core/evaluation';
import type { QueryResolvers } from '../../generated/types.ts';

export const estimateEvaluation: NonNullable<QueryResolvers['estimateEvaluation']> = async (
  _parent,
  { input },
  context,
) => estimate(context.tenant(), input, (await context.models()).price);
