import { listInvitations } from '@loupe/core/access';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const invitations: NonNullable<QueryResolvers['invitations']> = async (_parent, page, context) =>
  connect(await listInvitations(context.tenant(), readPage(page)));
