import { ConditionFailedError, DomainError, load, revise, type TenantScope } from '../platform/index.ts';
import { describeItems, listParts, parseLines, type SortedParts } from './describe-items.ts';
import {
  type Dataset,
  type DatasetItem,
  type DatasetVersion,
  datasetKind,
  datasetVersionKind,
  locatePart,
  PART_ITEMS,
} from './entity.ts';
import { storeSampleIndex } from './sample-index.ts';

/** Items of a version, and lines of a manifest, good and bad. */
export const MAX_ITEMS = 10_000_000;
/** Items of a version that is made in memory. */
export const MAX_HELD_ITEMS = 100_000;

/**
 * Makes the dataset's next version of items, or gives the current one when they are the same. Items are put in order of
 * class and name, so that the order of their arrival does not matter to the digest.
 *
 * @param basis the dataset as it was when the items were taken from its current version
 * @throws DomainError INVALID for too many items or classes, or a name that comes twice; VERSION_CONFLICT
 */
export function makeVersion(
  scope: TenantScope,
  datasetId: string,
  items: readonly DatasetItem[],
  basis?: Dataset,
): Promise<DatasetVersion> {
  checkItems(items);
  const lines = items.toSorted(compareItems).map(renderItem);
  const read = async (part: number) =>
    Buffer.from(lines.slice(part * PART_ITEMS, (part + 1) * PART_ITEMS).join('\n'));
  const parts: SortedParts = {
    itemCount: lines.length,
    hasReferences: items.some(({ referenceIds }) => referenceIds !== undefined),
    read,
    store: async (part, path) => scope.bucket.put(path, await read(part), 'application/x-ndjson'),
  };
  return publishVersion(scope, datasetId, parts, basis);
}

/**
 * Makes the dataset's next version of lines in order, or gives the current one when they are the same. With a `basis` it fails
 * when another version was made since then; without one the lines owe nothing to earlier versions.
 *
 * @throws DomainError INVALID for too many classes or references; VERSION_CONFLICT
 */
export async function publishVersion(
  scope: TenantScope,
  datasetId: string,
  parts: SortedParts,
  basis?: Dataset,
): Promise<DatasetVersion> {
  const { described, sampleKeys } = await describeItems(scope, parts);
  const { digest } = described;
  const before = basis ?? (await load(scope, datasetKind, datasetId, ['input', 'datasetId']));
  const current =
    before.currentVersionId && (await scope.table.get(datasetVersionKind, before.currentVersionId));
  if (current && current.digest === digest) return current;
  for (const some of listParts(parts.itemCount)) {
    await Promise.all(some.map((part) => parts.store(part, locatePart(datasetId, digest, part))));
  }
  if (sampleKeys) await storeSampleIndex(scope, datasetId, digest, sampleKeys);
  const dataset = basis ?? (await load(scope, datasetKind, datasetId, ['input', 'datasetId']));
  const version: DatasetVersion = {
    id: scope.createId('datasetVersion'),
    rev: 1,
    datasetId,
    number: dataset.versionCount + 1,
    ...described,
    createdAt: scope.clock(),
  };
  const next = revise(dataset, { currentVersionId: version.id, versionCount: version.number });
  try {
    await scope.table.transact([
      scope.table.replace(datasetKind, next),
      scope.table.create(datasetVersionKind, version),
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The dataset was changed meanwhile. Do it again.');
  }
  return version;
}

/** Items `from` to `to` (excluded) of a version; both lie in one part. */
export async function readItems(
  scope: TenantScope,
  version: DatasetVersion,
  from: number,
  to: number,
): Promise<DatasetItem[]> {
  const part = Math.floor(from / PART_ITEMS);
  const bytes = await scope.bucket.get(locatePart(version.datasetId, version.digest, part));
  return parseLines(bytes, from - part * PART_ITEMS, to - part * PART_ITEMS);
}

/** All items of a version in order, some parts read ahead. */
export async function* listItems(
  scope: TenantScope,
  { datasetId, digest, itemCount }: DatasetVersion,
): AsyncGenerator<DatasetItem> {
  for (const some of listParts(itemCount)) {
    const read = some.map((part) => scope.bucket.get(locatePart(datasetId, digest, part)));
    for (const bytes of await Promise.all(read)) yield* parseLines(bytes);
  }
}

function checkItems(items: readonly DatasetItem[]): void {
  if (items.length === 0) throw new DomainError('INVALID', 'A version has at least one item.');
  if (items.length > MAX_HELD_ITEMS) {
    const message = `A version of more than ${MAX_HELD_ITEMS} items takes no single ones. Import a manifest of all.`;
    throw new DomainError('INVALID', message);
  }
  const names = new Set<string>();
  for (const { item } of items) {
    if (names.has(item)) throw new DomainError('INVALID', `The item ${item} comes twice.`);
    names.add(item);
  }
}

/** One line; the order of its fields is part of the digest. */
export function renderItem(item: DatasetItem): string {
  return JSON.stringify({
    item: item.item,
    sampleId: item.sampleId,
    class: item.class,
    anomalous: item.anomalous,
    split: item.split,
    defectType: item.defectType,
    referenceIds: item.referenceIds,
    maskSampleId: item.maskSampleId,
    furtherMaskIds: item.furtherMaskIds,
    boxes: item.boxes,
    windows: item.windows,
    inspectionId: item.inspectionId,
    contentHash: item.contentHash,
  });
}

/** The order of a version. */
export function compareItems(
  a: Pick<DatasetItem, 'class' | 'item'>,
  b: Pick<DatasetItem, 'class' | 'item'>,
): number {
  return compare(a.class, b.class) || compare(a.item, b.item);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
