import { assertMay, type TenantRequest } from '../access/index.ts';
import { checkVersion } from '../platform/index.ts';
import { loadActiveProfile, loadProfileVersion, type Profile, saveDefinition } from '../profile/index.ts';
import { gatherReviews } from './gather-reviews.ts';
import { pickThreshold, type ThresholdAim, type ThresholdChoice } from './pick-threshold.ts';

export interface ChooseThresholdInput {
  readonly profileId: string;
  readonly expectedVersion: number;
  readonly by: ThresholdAim;
  readonly target?: number | null | undefined;
}

/** Gives a profile the threshold that its reviews speak for, as a new version. @throws DomainError */
export async function chooseThreshold(
  { session, scope }: TenantRequest,
  { profileId, expectedVersion, by, target }: ChooseThresholdInput,
): Promise<{ profile: Profile; choice: ThresholdChoice }> {
  assertMay(session, 'profile.update');
  const profile = await loadActiveProfile(scope, profileId, ['input', 'profileId']);
  checkVersion(profile.rev, expectedVersion);
  const current = await loadProfileVersion(scope, profile.currentVersionId);
  const choice = pickThreshold(await gatherReviews(scope, current), by, target);
  const definition = { ...current, threshold: choice.threshold, thresholdSource: by };
  return { profile: await saveDefinition(scope, profile, definition), choice };
}
