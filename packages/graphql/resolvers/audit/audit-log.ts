import { listAuditEntries } from '@loupe/core/audit';
import type { AuditEntryResolvers, QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const auditLog: NonNullable<QueryResolvers['auditLog']> = async (
  _parent,
  { filter, ...page },
  context,
) => connect(await listAuditEntries(context.tenant(), { ...readPage(page), actorId: filter?.actorId }));

export const auditEntry: AuditEntryResolvers = {
  actorId: ({ actor }) => actor.id,
  actorKind: ({ actor }) => actor.kind,
};
