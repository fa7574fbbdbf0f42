import { updateSample as update } from '@loupe/core/sample';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const updateSample: NonNullable<MutationResolvers['updateSample']> = (_parent, { input }, context) =>
  answer(async () => ({ sample: await update(context.tenant(), input) }));
