import type { TenantScope } from '../platform/index.ts';
import { judgesAlike, type ProfileVersion, profileVersionKind } from '../profile/index.ts';
import { findProfileReviews, type Review } from '../review/index.ts';
import type { LabelledScores } from './labelled-scores.ts';

/** The newest review of each inspection whose verdict has a score and was asked for as `current` asks, newest first. */
export async function gatherReviews(scope: TenantScope, current: ProfileVersion): Promise<LabelledScores> {
  const reviews = await findProfileReviews(scope, current.profileId);
  const newest = new Map<string, Review>();
  for (const review of reviews) {
    if (!newest.has(review.inspectionId)) newest.set(review.inspectionId, review);
  }
  const versionIds = [...new Set([...newest.values()].map(({ profileVersionId }) => profileVersionId))];
  const versions = await scope.table.getMany(profileVersionKind, versionIds);
  const comparable = new Set(
    versions.flatMap((version) => (version && judgesAlike(version, current) ? [version.id] : [])),
  );
  const scores = [...newest.values()].flatMap(({ score, truth, profileVersionId }) =>
    score !== undefined && comparable.has(profileVersionId)
      ? [{ score, anomalous: truth === 'ANOMALOUS' }]
      : [],
  );
  return { source: 'REVIEWS', scores };
}
