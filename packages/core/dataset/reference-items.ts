import type { TenantScope } from '../platform/index.ts';
import { sampleKind } from '../sample/index.ts';
import { type DatasetVersion, type Leak, PART_ITEMS } from './entity.ts';
import { readItems } from './version.ts';

/** Names that a leak keeps. */
const MAX_NAMES = 20;
/** Objects of the manifest read at once. */
const READS = 8;

/**
 * Items that are themselves among the references of the profile they are judged by, by sample or by content; undefined without
 * any. Items with references of their own are not compared with the profile's.
 */
export async function findReferenceItems(
  scope: TenantScope,
  version: DatasetVersion,
  referenceIds: readonly string[],
): Promise<Leak | undefined> {
  if (referenceIds.length === 0) return undefined;
  const references = await scope.table.getMany(sampleKind, referenceIds);
  const hashes = new Set(references.flatMap((sample) => sample?.etag ?? []));
  const names: string[] = [];
  for (let from = 0; from < version.itemCount && names.length < MAX_NAMES; from += READS * PART_ITEMS) {
    const starts = Array.from({ length: READS }, (_, i) => from + i * PART_ITEMS);
    const parts = await Promise.all(
      starts
        .filter((start) => start < version.itemCount)
        .map((start) => readItems(scope, version, start, start + PART_ITEMS)),
    );
    for (const { item, sampleId, contentHash, referenceIds: own } of parts.flat()) {
      const isReference =
        referenceIds.includes(sampleId) || (contentHash !== undefined && hashes.has(contentHash));
      if (isReference && own === undefined) names.push(item);
    }
  }
  return names.length === 0 ? undefined : { kind: 'REFERENCE_IS_ITEM', items: names.slice(0, MAX_NAMES) };
}
