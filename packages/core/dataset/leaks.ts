import type { DatasetItem, Leak } from './entity.ts';

/**
 * Finds what makes figures too good: the same content (by hash) in more than one split, the same content twice, and
 * references that are themselves items. A reference counts by sample and by content.
 *
 * @param hashOf content of a reference sample
 */
export function findLeaks(
  items: readonly DatasetItem[],
  hashOf: (sampleId: string) => string | undefined,
): Leak[] {
  const byContent = Map.groupBy(items, ({ contentHash, sampleId }) => contentHash ?? sampleId);
  const duplicates = [...byContent.values()]
    .filter((same) => same.length > 1)
    .map((same): Leak => {
      const splits = new Set(same.map(({ split }) => split));
      return {
        kind: splits.size > 1 ? 'DUPLICATE_ACROSS_SPLITS' : 'DUPLICATE',
        items: same.map(({ item }) => item),
      };
    });
  const bySample = Map.groupBy(items, ({ sampleId }) => sampleId);
  const references = new Set(items.flatMap(({ referenceIds }) => referenceIds ?? []));
  const tested = [...references].flatMap((id): Leak[] => {
    const same = bySample.get(id) ?? byContent.get(hashOf(id) ?? '') ?? [];
    return same.length === 0 ? [] : [{ kind: 'REFERENCE_IS_ITEM', items: same.map(({ item }) => item) }];
  });
  return [...duplicates, ...tested];
}
