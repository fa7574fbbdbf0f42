import { removeMember as run } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const removeMember: NonNullable<MutationResolvers['removeMember']> = (_parent, { input }, context) =>
  answer(async () => ({ member: await run(context.tenant(), input.id) }));
