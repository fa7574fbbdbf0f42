import type { CalibrationMethod } from '@loupe/judge/scores';
import { assertMay, nameActor, type TenantRequest } from '../access/index.ts';
import { ConditionFailedError, DomainError, type TenantScope } from '../platform/index.ts';
import {
  judgesAlike,
  loadActiveProfile,
  loadProfileVersion,
  noteDecisionChange,
  type Profile,
  type ProfileVersion,
  profileKind,
} from '../profile/index.ts';
import { type Calibration, fitCalibration, readProbability } from './calibration.ts';
import { gatherReviews } from './gather-reviews.ts';

const ROW = 'calibration';

/** Fits how the profile's scores become probabilities to its reviews. @throws DomainError */
export async function calibrateProfile(
  { session, scope }: TenantRequest,
  { profileId, method = 'PLATT' }: { readonly profileId: string; readonly method?: CalibrationMethod },
): Promise<{ profile: Profile; calibration: Calibration }> {
  assertMay(session, 'profile.update');
  const profile = await loadActiveProfile(scope, profileId, ['input', 'profileId']);
  const current = await loadProfileVersion(scope, profile.currentVersionId);
  const fitted = fitCalibration(await gatherReviews(scope, current), method);
  const earlier = await readCalibration(scope, profileId);
  const calibration: Calibration = {
    ...fitted,
    rev: (earlier?.rev ?? 0) + 1,
    profileVersionId: current.id,
    createdAt: scope.clock(),
  };
  const write = scope.table.attach(profileKind.name, profileId, ROW, calibration, { replaces: earlier?.rev });
  const { rev, before, after, reviews, anomalousReviews } = calibration;
  const noted = noteDecisionChange(scope, {
    ...nameActor(session),
    source: 'REVIEWS',
    profileId,
    profileVersionId: current.id,
    samples: reviews,
    anomalousSamples: anomalousReviews,
    calibration: { version: rev, method, before, after },
  });
  try {
    await scope.table.transact([write, noted]);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The profile was calibrated meanwhile. Read it again.');
  }
  return { profile, calibration };
}

/** Of profiles, in the order asked; undefined for those without. */
export async function findCalibrations(
  { session, scope }: TenantRequest,
  profileIds: readonly string[],
): Promise<(Calibration | undefined)[]> {
  assertMay(session, 'profile.read');
  const rows = await scope.table.getManyAttached<Calibration>(profileKind.name, profileIds, [ROW]);
  return rows.map(([calibration]) => calibration);
}

/** What a verdict says of a score beside it: nothing without a calibration for this way of asking. */
export async function calibrateScore(
  scope: TenantScope,
  judgedBy: ProfileVersion,
  score: number | undefined,
): Promise<{ readonly probability?: number | undefined; readonly calibrationVersion?: number }> {
  const calibration = await readCalibration(scope, judgedBy.profileId);
  if (!calibration || score === undefined) return {};
  const fittedFor = await loadProfileVersion(scope, calibration.profileVersionId);
  if (!judgesAlike(fittedFor, judgedBy)) return {};
  return { probability: readProbability(calibration, score), calibrationVersion: calibration.rev };
}

function readCalibration(scope: TenantScope, profileId: string): Promise<Calibration | undefined> {
  return scope.table.getAttached<Calibration>(profileKind.name, profileId, ROW);
}
