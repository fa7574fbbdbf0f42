import { listSamples } from '@loupe/core/sample';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const samples: NonNullable<QueryResolvers['samples']> = async (
  _parent,
  { filter, ...page },
  context,
) => connect(await listSamples(context.tenant(), { ...readPage(page), archived: filter?.archived ?? false }));
