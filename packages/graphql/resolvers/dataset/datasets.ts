import { listDatasets } from '@loupe/core/dataset';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const datasets: NonNullable<QueryResolvers['datasets']> = async (
  _parent,
  { filter, ...page },
  context,
) =>
  connect(await listDatasets(context.tenant(), { ...readPage(page), archived: filter?.archived ?? false }));
