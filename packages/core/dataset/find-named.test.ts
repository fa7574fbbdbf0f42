import { describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../../functions/testing/memory-platform.ts';
import { createTenantScope, type TenantScope } from '../platform/index.ts';
import { type Dataset, type DatasetItem, type DatasetVersion, datasetKind, locateSamples } from './entity.ts';
import { findNamed } from './find-named.ts';
import { SampleKeys } from './sample-index.ts';
import { makeVersion } from './version.ts';

async function prepare(items: readonly DatasetItem[]) {
  const { platform } = createMemoryPlatform(() => 1_700_000_000_000);
  const scope = createTenantScope(platform, 'ten_01JZZZZZZZZZZZZZZZZZZZZZZZ');
  const dataset: Dataset = { id: scope.createId('dataset'), rev: 1, name: '', versionCount: 0, createdAt: 0 };
  await scope.table.transact([scope.table.create(datasetKind, dataset)]);
  const version = await makeVersion(scope, dataset.id, items);
  return { scope, version, unindexed: { ...version, indexedSamples: undefined } };
}

function nameSample(number: number): string {
  return `smp_${String(number).padStart(26, '0')}`;
}

function makeItems(count: number): DatasetItem[] {
  return Array.from({ length: count }, (_, i) => ({
    item: `piece ${i}`,
    sampleId: nameSample(i),
    class: 'class',
    anomalous: false,
  }));
}

/** Paths of what is read of the object store. */
function listReads(scope: TenantScope): { readonly watched: TenantScope; readonly reads: string[] } {
  const reads: string[] = [];
  const get: TenantScope['bucket']['get'] = (path, options) => {
    reads.push(path);
    return scope.bucket.get(path, options);
  };
  return { watched: { ...scope, bucket: { ...scope.bucket, get } }, reads };
}

describe('the samples that a version names', () => {
  const named = makeItems(1200).map((item, i) => ({
    ...item,
    // Each names the sample of another item as well.
    sampleId: nameSample(i % 600),
    ...(i === 3 && { maskSampleId: 'smp_mask', furtherMaskIds: ['smp_further 1', 'smp_further 2'] }),
    ...(i === 1100 && { referenceIds: [nameSample(5), 'smp_reference'] }),
  }));
  const asked = ['smp_mask', 'smp_further 1', 'smp_further 2', 'smp_reference', nameSample(599)];

  it('are those of its items, their masks and references, with an index and without', async () => {
    const { scope, version, unindexed } = await prepare(named);
    // 600 of items, three masks, one reference that is no item.
    expect(version.indexedSamples).toBe(604);
    const { watched, reads } = listReads(scope);
    const ids = [...asked, nameSample(600), 'smp_unknown'];
    for (const one of [version, unindexed])
      expect(await findNamed(watched, one, ids)).toEqual(new Set(asked));
    // One read of the index; two parts.
    expect(reads).toHaveLength(3);
  });

  it('are read from its one part when there are no more', async () => {
    const { scope, version } = await prepare(named.slice(0, 1000));
    expect(version.indexedSamples).toBeUndefined();
    expect(await findNamed(scope, version, asked)).toEqual(
      new Set(['smp_mask', 'smp_further 1', 'smp_further 2', nameSample(599)]),
    );
  });

  it('are all found in an index of several blocks, and no others', async () => {
    const { scope, version } = await prepare(makeItems(30_000));
    const { watched, reads } = listReads(scope);
    const ids = Array.from({ length: 5000 }, (_, i) => nameSample(i * 8));
    // 3,750 of them are below 30,000.
    expect(await findNamed(watched, version, ids)).toEqual(new Set(ids.slice(0, 3750)));
    // 8,192 keys a block, each read once.
    expect(reads).toHaveLength(4);
  });

  it('are not said to be none when the index is damaged or gone', async () => {
    const { scope, version } = await prepare(named);
    const path = locateSamples(version.datasetId, version.digest);
    const bytes = await scope.bucket.get(path);
    await scope.bucket.put(path, bytes.subarray(0, -1), 'application/octet-stream');
    await expect(findNamed(scope, version, asked)).rejects.toThrow('4831 of 4832 bytes');
    await scope.bucket.remove([path]);
    await expect(findNamed(scope, version, asked)).rejects.toThrow();
  });

  it('are the same again when the version is made once more', async () => {
    const { scope, version } = await prepare(named);
    const path = locateSamples(version.datasetId, version.digest);
    const before = await scope.bucket.get(path);
    await makeVersion(scope, version.datasetId, makeItems(1));
    const again: DatasetVersion = await makeVersion(scope, version.datasetId, named.toReversed());
    expect([again.number, again.digest, again.indexedSamples]).toEqual([3, version.digest, 604]);
    expect(await scope.bucket.get(path)).toEqual(before);
  });
});

describe('keys of samples', () => {
  const collect = (expected: number, numbers: readonly number[], most?: number) => {
    const keys = new SampleKeys(expected, most);
    for (const number of numbers) keys.add(nameSample(number));
    return keys.finish();
  };
  const thousands = Array.from({ length: 5000 }, (_, i) => i);

  it('come in order and once, however many were expected', () => {
    const keys = collect(5000, thousands);
    expect(keys).toHaveLength(5000);
    expect(keys?.every((key, i) => i === 0 || key > (keys[i - 1] ?? key))).toBe(true);
    expect(collect(1, [...thousands, ...thousands.toReversed(), ...thousands])).toEqual(keys);
  });

  it('are none when they are too many', () => {
    expect(collect(1, thousands, 5000)).toHaveLength(5000);
    expect(collect(1, thousands, 4999)).toBeUndefined();
    expect(collect(1, [...thousands, ...thousands], 1500)).toBeUndefined();
  });
});
