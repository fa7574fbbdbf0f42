import { listProfileDrafts } from '@loupe/core/consultation';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const profileDrafts: NonNullable<QueryResolvers['profileDrafts']> = async (_parent, page, context) =>
  connect(await listProfileDrafts(context.tenant(), readPage(page)));
