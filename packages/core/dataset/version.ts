import { createHash } from 'node:crypto';
import {
  ConditionFailedError,
  DomainError,
  load,
  revise,
  type TenantScope,
  type Write,
} from '../platform/index.ts';
import { sampleKind } from '../sample/index.ts';
import {
  type ClassCount,
  type Dataset,
  type DatasetItem,
  type DatasetVersion,
  datasetKind,
  datasetVersionKind,
  locatePart,
  PART_ITEMS,
} from './entity.ts';
import { findLeaks } from './leaks.ts';

export const MAX_ITEMS = 1_000_000;
const MAX_CLASSES = 100;
const MAX_LEAKS = 100;

/**
 * Makes the dataset's next version of items, or gives the current one when they are the same. Items are put in order of
 * class and name, so that the order of their arrival does not matter to the digest.
 *
 * @param also writes that belong to the same transaction, made from the version
 * @throws DomainError INVALID for too many items or classes, or a name that comes twice; VERSION_CONFLICT
 */
export async function makeVersion(
  scope: TenantScope,
  datasetId: string,
  items: readonly DatasetItem[],
  also: (version: DatasetVersion) => readonly Write[] = () => [],
): Promise<DatasetVersion> {
  const dataset = await load(scope, datasetKind, datasetId, ['input', 'datasetId']);
  checkItems(items);
  const ordered = items.toSorted((a, b) => compare(a.class, b.class) || compare(a.item, b.item));
  const lines = ordered.map(renderItem);
  const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
  const current =
    dataset.currentVersionId && (await scope.table.get(datasetVersionKind, dataset.currentVersionId));
  if (current && current.digest === digest) {
    const writes = also(current);
    if (writes.length > 0) await scope.table.transact(writes);
    return current;
  }
  for (let part = 0; part * PART_ITEMS < lines.length; part++) {
    const text = lines.slice(part * PART_ITEMS, (part + 1) * PART_ITEMS).join('\n');
    await scope.bucket.put(locatePart(datasetId, digest, part), Buffer.from(text), 'application/x-ndjson');
  }
  const version = await describeVersion(scope, dataset, digest, ordered);
  const next = revise(dataset, { currentVersionId: version.id, versionCount: version.number });
  try {
    await scope.table.transact([
      scope.table.replace(datasetKind, next),
      scope.table.create(datasetVersionKind, version),
      ...also(version),
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
  const lines = Buffer.from(bytes).toString().split('\n');
  return lines
    .slice(from - part * PART_ITEMS, to - part * PART_ITEMS)
    .map((line) => JSON.parse(line) as DatasetItem);
}

/** All items of a version. */
export async function readAllItems(scope: TenantScope, version: DatasetVersion): Promise<DatasetItem[]> {
  const items: DatasetItem[] = [];
  for (let from = 0; from < version.itemCount; from += PART_ITEMS) {
    items.push(...(await readItems(scope, version, from, from + PART_ITEMS)));
  }
  return items;
}

async function describeVersion(
  scope: TenantScope,
  dataset: Dataset,
  digest: string,
  items: readonly DatasetItem[],
): Promise<DatasetVersion> {
  const referenceIds = [...new Set(items.flatMap((item) => item.referenceIds ?? []))];
  const references = await scope.table.getMany(sampleKind, referenceIds);
  const hashes = new Map(references.flatMap((sample) => (sample?.etag ? [[sample.id, sample.etag]] : [])));
  const leaks = findLeaks(items, (id) => hashes.get(id));
  const classes = countClasses(items);
  return {
    id: scope.createId('datasetVersion'),
    rev: 1,
    datasetId: dataset.id,
    number: dataset.versionCount + 1,
    digest,
    itemCount: items.length,
    normalCount: classes.reduce((sum, { normal }) => sum + normal, 0),
    anomalousCount: classes.reduce((sum, { anomalous }) => sum + anomalous, 0),
    localisedCount: items.filter(({ maskSampleId, windows }) => maskSampleId || windows).length,
    classes,
    leaks: leaks.slice(0, MAX_LEAKS).map(({ kind, items: names }) => ({ kind, items: names.slice(0, 20) })),
    leakCount: leaks.length,
    createdAt: scope.clock(),
  };
}

function checkItems(items: readonly DatasetItem[]): void {
  if (items.length === 0) throw new DomainError('INVALID', 'A version has at least one item.');
  if (items.length > MAX_ITEMS) {
    throw new DomainError(
      'INVALID',
      `A version has at most ${MAX_ITEMS} items, not ${items.length}. Divide them among several datasets: the exports of their evaluations are judged as one by the command metrics.`,
    );
  }
  const names = new Set<string>();
  for (const { item } of items) {
    if (names.has(item)) throw new DomainError('INVALID', `The item ${item} comes twice.`);
    names.add(item);
  }
  const classes = new Set(items.map((item) => item.class));
  if (classes.size > MAX_CLASSES) {
    throw new DomainError('INVALID', `A version has at most ${MAX_CLASSES} classes, not ${classes.size}.`);
  }
}

function countClasses(items: readonly DatasetItem[]): ClassCount[] {
  return [...Map.groupBy(items, (item) => item.class)].map(([name, those]) => {
    const anomalous = those.filter((item) => item.anomalous).length;
    return { name, normal: those.length - anomalous, anomalous };
  });
}

/** One line; the order of its fields is part of the digest. */
function renderItem(item: DatasetItem): string {
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
