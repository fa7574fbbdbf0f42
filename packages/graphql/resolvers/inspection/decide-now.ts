import { decideAgain } from '@loupe/core/calibration';
import type { Inspection } from '@loupe/core/inspection';
import { type Loaders, loadExisting } from '../../loaders.ts';
import type { CurrentDecisionParent } from '../../parents.ts';

/** What the inspection's profile makes of its verdict today. */
export async function decideNow(
  { verdict, profileId, profileVersionId }: Inspection,
  loaders: Loaders,
): Promise<CurrentDecisionParent | null> {
  if (!verdict) return null;
  const profile = await loadExisting(loaders.profiles, profileId);
  const [judgedBy, profileVersion] = await Promise.all([
    loadExisting(loaders.profileVersions, profileVersionId),
    loadExisting(loaders.profileVersions, profile.currentVersionId),
  ]);
  const calibration = await loaders.calibrations.load(profileId);
  const calibrated = calibration && {
    calibration,
    fittedFor: await loadExisting(loaders.profileVersions, calibration.profileVersionId),
  };
  const decided = decideAgain(verdict, judgedBy, profileVersion, calibrated);
  return decided ? { ...decided, profileVersion } : null;
}
