import { listEvaluations } from '@loupe/core/evaluation';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const evaluations: NonNullable<QueryResolvers['evaluations']> = async (
  _parent,
  { filter, ...page },
  context,
) => connect(await listEvaluations(context.tenant(), { ...readPage(page), profileId: filter?.profileId }));
