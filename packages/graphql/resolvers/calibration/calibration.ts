import type { CalibrationResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const calibration: CalibrationResolvers = {
  profileVersion: ({ profileVersionId }, _args, { loaders }) =>
    loadExisting(loaders().profileVersions, profileVersionId),
  version: ({ rev }) => rev,
};
