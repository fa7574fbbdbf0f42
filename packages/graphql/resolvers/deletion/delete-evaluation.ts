import { deleteEvaluation as remove } from '@loupe/core/deletion';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const deleteEvaluation: NonNullable<MutationResolvers['deleteEvaluation']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ deletion: await remove(context.tenant(), input) }));
