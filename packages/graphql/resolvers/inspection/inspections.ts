import { listInspections } from '@loupe/core/inspection';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const inspections: NonNullable<QueryResolvers['inspections']> = async (
  _parent,
  { filter, ...page },
  context,
) =>
  connect(
    await listInspections(context.tenant(), {
      ...readPage(page),
      archived: filter?.archived ?? false,
      profileId: filter?.profileId,
    }),
  );
