import { assertMay } from '@loupe/core/access';
import { listTurns } from '@loupe/core/consultation';
import { isEnded } from '@loupe/core/inspection';
import { listReviews } from '@loupe/core/review';
import type { InspectionResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';
import { connect, readPage } from '../../page.ts';
import { decideNow } from './decide-now.ts';

const POLL_MS = 500;

export const inspection: InspectionResolvers = {
  version: ({ rev }) => rev,
  pollAfterMs: (parent) => (isEnded(parent) ? null : POLL_MS),
  profile: ({ profileId }, _args, { loaders }) => loadExisting(loaders().profiles, profileId),
  profileVersion: ({ profileVersionId }, _args, { loaders }) =>
    loadExisting(loaders().profileVersions, profileVersionId),
  decisionNow: (parent, _args, { loaders, session }) => {
    if (!parent.verdict) return null;
    assertMay(session, 'inspection.read');
    return decideNow(parent, loaders());
  },
  readings: ({ readings }) => readings ?? [],
  reviews: async ({ id }, page, { tenant }) => connect(await listReviews(tenant(), id, readPage(page))),
  verdict: ({ verdict, sampleId }, _args, { session }) => {
    if (!verdict) return null;
    // A mutation's answer reaches here, too, and an idempotency key that is sent again gives what has been judged since.
    assertMay(session, 'inspection.read');
    return { ...verdict, sampleId };
  },
  turns: async ({ id }, page, { tenant }) => connect(await listTurns(tenant(), id, readPage(page))),
  sample: ({ sampleId }, _args, { loaders }) => loadExisting(loaders().samples, sampleId),
};
