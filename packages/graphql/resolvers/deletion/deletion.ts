import { type Counts, type Deletion, findDeletion, listDeletions } from '@loupe/core/deletion';
import type { DeletionResolvers, QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

const POLL_MS = 1000;
const POLL_SCHEDULED_MS = 3_600_000;

export const deletion: DeletionResolvers = {
  certificate: (parent) => certify(parent),
  counts: ({ counts }) => showCounts(counts),
  pollAfterMs: ({ state }) =>
    state === 'RUNNING' ? POLL_MS : state === 'SCHEDULED' ? POLL_SCHEDULED_MS : null,
  requestedById: ({ requestedBy }) => requestedBy.id,
  requestedByKind: ({ requestedBy }) => requestedBy.kind,
};

export const deletionById: NonNullable<QueryResolvers['deletion']> = async (_parent, { id }, context) =>
  (await findDeletion(context.platform, context.session, id)) ?? null;

export const deletions: NonNullable<QueryResolvers['deletions']> = async (_parent, page, context) =>
  connect(await listDeletions(context.platform, context.session, readPage(page)));

function certify({ digest, endedAt, counts, kept = [] }: Deletion) {
  if (digest === undefined || endedAt === undefined) return null;
  return {
    counts: showCounts(counts),
    digest,
    endedAt,
    kept: kept.map(({ what, rows }) => ({ kind: what, count: rows })),
  };
}

function showCounts(counts: Counts): { kind: string; count: number }[] {
  return Object.entries(counts).map(([kind, count]) => ({ kind, count }));
}
