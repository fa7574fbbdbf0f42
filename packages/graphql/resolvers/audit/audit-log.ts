import { listAuditEntries } from '@loupe/core/audit';
import type { AuditEntryResolvers, QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const auditLog: NonNullable<QueryResolvers['auditLog']> = async (
  _parent,
  { filter, ...page },
  context,
) => {
  const { endCursor, ...found } = await listAuditEntries(context.tenant(), {
    ...readPage(page),
    ...(filter && { filter }),
  });
  const { edges, pageInfo } = connect(found);
  return { edges, pageInfo: { ...pageInfo, endCursor } };
};

export const auditEntry: AuditEntryResolvers = {
  actorId: ({ actor }) => actor.id,
  actorKind: ({ actor }) => actor.kind,
  changes: ({ changes = [] }) => changes,
};
