import { acceptInvitation as run } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const acceptInvitation: NonNullable<MutationResolvers['acceptInvitation']> = (
  _parent,
  { input },
  context,
) => answer(() => run(context.platform, context.session, input.token));
