import { restoreTenant as restore } from '@loupe/core/tenant';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const restoreTenant: NonNullable<MutationResolvers['restoreTenant']> = (_parent, { input }, context) =>
  answer(async () => ({ tenant: await restore(context.platform, context.session, input.id) }));
