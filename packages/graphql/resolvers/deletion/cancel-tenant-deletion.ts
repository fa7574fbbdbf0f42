import { cancelTenantDeletion as cancel } from '@loupe/core/deletion';
import type { MutationResolvers } from '../../generated/types.ts';
import { answer } from '../../payload.ts';

export const cancelTenantDeletion: NonNullable<MutationResolvers['cancelTenantDeletion']> = (
  _parent,
  { input },
  context,
) => answer(() => cancel(context.platform, context.session, input.id));
