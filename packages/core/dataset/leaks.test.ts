import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetItem } from './entity.ts';
import { LeakFinder } from './leaks.ts';

/** The plain way, with maps of all items. */
function findPlainly(items: readonly DatasetItem[], hashOf: (id: string) => string | undefined) {
  const byContent = Map.groupBy(items.keys(), (i) => items[i]?.contentHash ?? items[i]?.sampleId ?? '');
  const bySample = Map.groupBy(items.keys(), (i) => items[i]?.sampleId);
  const duplicates = [...byContent.values()]
    .filter((same) => same.length > 1)
    .map((positions) => {
      const splits = new Set(positions.map((i) => items[i]?.split));
      return { kind: splits.size > 1 ? 'DUPLICATE_ACROSS_SPLITS' : 'DUPLICATE', positions };
    });
  const references = [...new Set(items.flatMap(({ referenceIds = [] }) => referenceIds))];
  const tested = references.flatMap((id) => {
    const positions = bySample.get(id) ?? byContent.get(hashOf(id) ?? '') ?? [];
    return positions.length === 0 ? [] : [{ kind: 'REFERENCE_IS_ITEM', positions }];
  });
  const leaks = [...duplicates, ...tested].map((leak) => ({
    ...leak,
    positions: leak.positions.slice(0, 20),
  }));
  return { leakCount: leaks.length, leaks: leaks.slice(0, 100) };
}

describe('a finder of leaks', () => {
  it('finds what comparing all items with each other finds', async () => {
    const id = fc.integer({ min: 0, max: 40 }).map((i) => `smp_${i}`);
    const content = fc.integer({ min: 0, max: 60 }).map((i) => `content ${i}`);
    const item = fc.record({
      item: fc.constant('name'),
      class: fc.constant('board'),
      anomalous: fc.boolean(),
      sampleId: id,
      split: fc.constantFrom(undefined, 'train', 'test'),
      contentHash: fc.option(content, { nil: undefined }),
      referenceIds: fc.option(fc.array(id, { maxLength: 3 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 120 }), async (items) => {
        const hashOf = (sample: string) => (sample.endsWith('7') ? undefined : `content ${sample.slice(4)}`);
        const hasReferences = items.some(({ referenceIds }) => referenceIds !== undefined);
        const finder = new LeakFinder(items.length, hasReferences);
        for (const one of items) finder.add(one);
        expect(await finder.finish(async (ids) => ids.map(hashOf))).toEqual(findPlainly(items, hashOf));
      }),
    );
  });

  it('counts all leaks, and names the first hundred with twenty items each', async () => {
    const finder = new LeakFinder(6000, false);
    for (let i = 0; i < 6000; i++) {
      const contentHash = `${i % 200}`;
      finder.add({ item: `${i}`, sampleId: `${i}`, class: 'board', anomalous: false, contentHash });
    }
    const { leakCount, leaks } = await finder.finish(async () => []);
    expect([leakCount, leaks.length, leaks[99]?.positions.length]).toEqual([200, 100, 20]);
    expect(leaks[99]?.positions.slice(0, 3)).toEqual([99, 299, 499]);
  });
});
