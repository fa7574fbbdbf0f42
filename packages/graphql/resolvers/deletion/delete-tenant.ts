import { deleteTenant as remove } from '@loupe/core/deletion';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const deleteTenant: NonNullable<MutationResolvers['deleteTenant']> = (_parent, { input }, context) =>
  answer(() => remove(context.platform, context.session, input));
