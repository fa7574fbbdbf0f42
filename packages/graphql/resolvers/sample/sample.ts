import { assertMay } from '@loupe/core/access';
import {
  DEFAULT_VIEW_SETTINGS,
  isSettled,
  locateOriginal,
  locateSource,
  type Sample,
} from '@loupe/core/sample';
import type { SampleResolvers } from '../../generated/types.ts';

/** While the file is being sent, and while it is being converted. */
const POLL_MS = { AWAITING_UPLOAD: 1000, UPLOADED: 500 } as const;

export const sample: SampleResolvers = {
  version: ({ rev }) => rev,
  notes: ({ notes }) => notes ?? [],
  viewSettings: ({ viewSettings }) => viewSettings ?? DEFAULT_VIEW_SETTINGS,
  pollAfterMs: ({ state }) => (state === 'AWAITING_UPLOAD' || state === 'UPLOADED' ? POLL_MS[state] : null),
  convertMs: (parent) =>
    isSettled(parent) && parent.settledAt !== undefined && parent.uploadedAt !== undefined
      ? parent.settledAt - parent.uploadedAt
      : null,
  original: (parent, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'sample.read');
    const isGone = parent.uploadedAt === undefined || parent.fileDeletedAt !== undefined;
    return isGone ? null : scope.bucket.link(locateEvidence(parent));
  },
};

/** The file that was judged; until then, the file as it was sent. */
function locateEvidence({ id, state }: Sample): string {
  return state === 'READY' ? locateSource(id) : locateOriginal(id);
}
