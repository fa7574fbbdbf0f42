import { isSettled, locateOriginal } from '@loupe/core/sample';
import type { SampleResolvers } from '../../generated/types.ts';

/** While the file is being sent, and while it is being converted. */
const POLL_MS = { AWAITING_UPLOAD: 1000, UPLOADED: 500 } as const;

export const sample: SampleResolvers = {
  version: ({ rev }) => rev,
  notes: ({ notes }) => notes ?? [],
  pollAfterMs: ({ state }) => (state === 'AWAITING_UPLOAD' || state === 'UPLOADED' ? POLL_MS[state] : null),
  convertMs: (parent) =>
    isSettled(parent) && parent.settledAt !== undefined && parent.uploadedAt !== undefined
      ? parent.settledAt - parent.uploadedAt
      : null,
  original: (parent, _args, { tenant }) =>
    parent.uploadedAt === undefined ? null : tenant().scope.bucket.link(locateOriginal(parent.id)),
};
