import { listDecisionChanges, listProfileVersions } from '@loupe/core/profile';
import type { ProfileResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';
import { connect, readPage } from '../../page.ts';
import { health } from './health.ts';

export const profile: ProfileResolvers = {
  version: ({ rev }) => rev,
  current: ({ currentVersionId }, _args, { loaders }) =>
    loadExisting(loaders().profileVersions, currentVersionId),
  calibration: ({ id }, _args, { loaders }) => loaders().calibrations.load(id),
  counts: ({ id }, _args, { loaders }) => loadExisting(loaders().inspectionCounts, id),
  decisionChanges: async ({ id }, page, { tenant }) =>
    connect(await listDecisionChanges(tenant(), id, readPage(page))),
  health,
  versions: async ({ id }, page, { tenant }) =>
    connect(await listProfileVersions(tenant(), id, readPage(page))),
};
