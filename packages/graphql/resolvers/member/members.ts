import { listMembers } from '@loupe/core/access';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const members: NonNullable<QueryResolvers['members']> = async (_parent, page, context) =>
  connect(await listMembers(context.tenant(), readPage(page)));
