import { cancelEvaluation as cancel } from '@loupe/core/evaluation';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const cancelEvaluation: NonNullable<MutationResolvers['cancelEvaluation']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ evaluation: await cancel(context.tenant(), input.id) }));
