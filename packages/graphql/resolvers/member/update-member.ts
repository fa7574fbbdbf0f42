import { updateMember as run } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const updateMember: NonNullable<MutationResolvers['updateMember']> = (_parent, { input }, context) =>
  answer(async () => ({ member: await run(context.tenant(), input) }));
