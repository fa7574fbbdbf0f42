import { listConnections } from '@loupe/core/connection';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const connections: NonNullable<QueryResolvers['connections']> = async (_parent, page, context) =>
  connect(await listConnections(context.tenant(), readPage(page)));
