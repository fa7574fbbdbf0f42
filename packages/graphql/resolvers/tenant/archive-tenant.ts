import { archiveTenant as archive } from '@loupe/core/tenant';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const archiveTenant: NonNullable<MutationResolvers['archiveTenant']> = (_parent, { input }, context) =>
  answer(async () => ({ tenant: await archive(context.platform, context.session, input.id) }));
