import { revokeInvitation as run } from '@loupe/core/access';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const revokeInvitation: NonNullable<MutationResolvers['revokeInvitation']> = (
  _parent,
  { input },
  context,
) => answer(async () => ({ invitation: await run(context.tenant(), input.id) }));
