import type { TenantScope } from '../platform/index.ts';
import type { DatasetVersion } from './entity.ts';
import { findIndexed, listSamplesOf } from './sample-index.ts';
import { listItems } from './version.ts';

/**
 * Those of some dozen samples that a version names, as items, masks or references. Where it has no index its items are read, some
 * parts at a time: memory stays that of these, however large it is.
 */
export async function findNamed(
  scope: TenantScope,
  version: DatasetVersion,
  sampleIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (version.indexedSamples !== undefined)
    return new Set(await findIndexed(scope, version, version.indexedSamples, sampleIds));
  const asked = new Set(sampleIds);
  const named = new Set<string>();
  for await (const item of listItems(scope, version)) {
    for (const id of listSamplesOf(item)) if (asked.has(id)) named.add(id);
  }
  return named;
}
