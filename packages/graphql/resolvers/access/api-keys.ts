import { listApiKeys } from '@loupe/core/access';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const apiKeys: NonNullable<QueryResolvers['apiKeys']> = async (
  _parent,
  { filter, ...page },
  context,
) => connect(await listApiKeys(context.tenant(), { ...readPage(page), revoked: filter?.revoked ?? false }));
