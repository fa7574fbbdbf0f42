import { listItems, loadVersion } from '@loupe/core/dataset';
import { applyVariant, type Evaluation } from '@loupe/core/evaluation';
import type { TenantScope } from '@loupe/core/platform';
import { loadProfileVersion } from '@loupe/core/profile';
import { joinSamples, listCorrections } from '@loupe/core/review';

/**
 * Reviews whose cases an evaluation may show as examples: the profile's corrections of this moment, without those of a
 * sample of the dataset version or of a file with the same content. A model that was shown an item's truth would not be
 * judged by it. Undefined when no variant shows examples.
 */
export async function freezeExemplars(
  scope: TenantScope,
  { profileId, profileVersionId, datasetVersionId, variants }: Evaluation,
): Promise<readonly string[] | undefined> {
  const version = await loadProfileVersion(scope, profileVersionId);
  const asked = variants.map((variant) => applyVariant(version, variant));
  if (!asked.some(({ prompt }) => prompt?.exemplars?.count)) return undefined;
  const corrections = await joinSamples(scope, await listCorrections(scope, profileId));
  if (corrections.length === 0) return [];
  const ids = new Set(corrections.map(({ sample }) => sample.id));
  const contents = new Set(corrections.flatMap(({ sample }) => sample.etag ?? []));
  for await (const { sampleId, contentHash } of listItems(
    scope,
    await loadVersion(scope, datasetVersionId),
  )) {
    ids.delete(sampleId);
    if (contentHash !== undefined) contents.delete(contentHash);
  }
  return corrections
    .filter(({ sample: { id, etag } }) => ids.has(id) && (etag === undefined || contents.has(etag)))
    .map(({ review }) => review.id);
}
