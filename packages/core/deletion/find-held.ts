import { type Dataset, datasetVersionKind, listItems } from '../dataset/index.ts';
import type { TenantScope } from '../platform/index.ts';
import { findProfilesOf } from './find-profiles-of.ts';

/**
 * Those of the samples that something in service needs: references of profiles, and what the current versions of datasets
 * name. Manifests are read some parts at a time: memory stays that of these, however large a dataset is.
 */
export async function findHeld(
  scope: TenantScope,
  sampleIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const held = new Set((await findProfilesOf(scope, sampleIds)).keys());
  const asked = new Set(sampleIds);
  let after: string | undefined;
  do {
    const page: { items: readonly Dataset[]; next: string | undefined } = await scope.table.query<Dataset>(
      'byTenant',
      'dataset',
      { limit: 100, after },
    );
    for (const { currentVersionId } of page.items) {
      const version = currentVersionId && (await scope.table.get(datasetVersionKind, currentVersionId));
      if (!version) continue;
      for await (const item of listItems(scope, version)) {
        for (const id of [
          item.sampleId,
          item.maskSampleId ?? '',
          ...(item.furtherMaskIds ?? []),
          ...(item.referenceIds ?? []),
        ])
          if (asked.has(id)) held.add(id);
      }
    }
    after = page.next;
  } while (after !== undefined);
  return held;
}
