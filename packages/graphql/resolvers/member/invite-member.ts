import { inviteMember as run } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const inviteMember: NonNullable<MutationResolvers['inviteMember']> = (_parent, { input }, context) =>
  answer(() => run(context.tenant(), input));
