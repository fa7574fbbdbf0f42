import { type Dataset, datasetVersionKind, findNamed } from '../dataset/index.ts';
import type { TenantScope } from '../platform/index.ts';
import { findProfilesOf } from './find-profiles-of.ts';

/**
 * Those of some dozen samples that something in service needs: references of profiles, and what the current versions of datasets
 * name.
 */
export async function findHeld(
  scope: TenantScope,
  sampleIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const held = new Set((await findProfilesOf(scope, sampleIds)).keys());
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
      const asked = sampleIds.filter((id) => !held.has(id));
      if (asked.length === 0) return held;
      for (const id of await findNamed(scope, version, asked)) held.add(id);
    }
    after = page.next;
  } while (after !== undefined);
  return held;
}
