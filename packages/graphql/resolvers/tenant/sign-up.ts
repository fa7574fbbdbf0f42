import { signUp as run } from '@loupe/core/tenant';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const signUp: NonNullable<MutationResolvers['signUp']> = (_parent, { input }, context) =>
  answer(async () => ({ tenant: await run(context.platform, context.session, input) }));
