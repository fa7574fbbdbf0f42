import { assertMay, type TenantRequest } from '../access/index.ts';
import type { TenantScope } from '../platform/index.ts';
import { type Sample, sampleKind } from '../sample/index.ts';
import { type Review, reviewKind } from './entity.ts';

/** The newest reviews that are looked through, and the corrections that are kept of them. */
const LIMITS = { reviews: 100, corrections: 32 } as const;

/** A verdict that a person corrected, with its sample. */
export interface Correction {
  readonly review: Review;
  readonly sample: Sample;
}

/**
 * Reviews of a profile that corrected a verdict: overturned it, or settled an UNCERTAIN one. Newest first, at most 32 of
 * the newest 100 reviews; of an inspection the newest one alone.
 */
export async function listCorrections(scope: TenantScope, profileId: string): Promise<readonly Review[]> {
  const partition = `profile#${profileId}#review`;
  const options = { limit: LIMITS.reviews, newestFirst: true };
  const { items } = await scope.table.query<Review>('byTenant', partition, options);
  const seen = new Set<string>();
  const newest = items.filter(({ inspectionId }) => !seen.has(inspectionId) && seen.add(inspectionId));
  return newest.filter(corrects).slice(0, LIMITS.corrections);
}

/** Corrections that may be shown with a sample, newest first, for those who may see its inspections. */
export async function findCorrections(
  { session, scope }: TenantRequest,
  profileId: string,
  sample: Sample,
): Promise<readonly Correction[]> {
  assertMay(session, 'inspection.read');
  const corrections = await joinSamples(scope, await listCorrections(scope, profileId));
  return corrections.filter((correction) => mayShow(correction, sample));
}

/** Whether a case may be shown with a sample: one of its kind, and neither the sample itself nor the same file. */
export function mayShow({ sample }: Correction, query: Sample): boolean {
  return sample.modality === query.modality && !isSameContent(sample, query);
}

/** Corrections by the ids of their reviews, of samples that can still be shown. */
export async function loadCorrections(
  scope: TenantScope,
  reviewIds: readonly string[],
): Promise<readonly Correction[]> {
  const found = await scope.table.getMany(reviewKind, reviewIds);
  return joinSamples(
    scope,
    found.flatMap((review) => review ?? []),
  );
}

/** The reviews with their samples, without those of samples that are archived, not READY or gone. */
export async function joinSamples(
  scope: TenantScope,
  reviews: readonly Review[],
): Promise<readonly Correction[]> {
  const samples = await scope.table.getMany(
    sampleKind,
    reviews.map(({ sampleId = '' }) => sampleId),
  );
  return reviews.flatMap((review, position) => {
    const sample = samples[position];
    return sample?.state === 'READY' && sample.archivedAt === undefined ? [{ review, sample }] : [];
  });
}

/** Whether two samples are one, or the same file uploaded twice. */
function isSameContent(one: Sample, other: Sample): boolean {
  return (
    one.id === other.id ||
    (one.etag !== undefined && one.etag === other.etag) ||
    (one.sha256 !== undefined && one.sha256 === other.sha256)
  );
}

function corrects({ kind, decision }: Review): boolean {
  return kind === 'OVERTURN' || decision === 'UNCERTAIN';
}
