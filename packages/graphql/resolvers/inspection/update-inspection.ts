import { updateInspection as update } from '@loupe/core/inspection';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const updateInspection: NonNullable<MutationResolvers['updateInspection']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ inspection: await update(context.tenant(), input) }));
