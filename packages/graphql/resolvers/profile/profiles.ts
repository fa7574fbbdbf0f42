import { listProfiles } from '@loupe/core/profile';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const profiles: NonNullable<QueryResolvers['profiles']> = async (
  _parent,
  { filter, ...page },
  context,
) =>
  connect(await listProfiles(context.tenant(), { ...readPage(page), archived: filter?.archived ?? false }));
