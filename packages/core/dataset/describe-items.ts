import { createHash } from 'node:crypto';
import { DomainError, type TenantScope } from '../platform/index.ts';
import { sampleKind } from '../sample/index.ts';
import { type ClassCount, type DatasetItem, type DatasetVersion, type Leak, PART_ITEMS } from './entity.ts';
import { type FoundLeak, LeakFinder } from './leaks.ts';
import { listSamplesOf, SampleKeys } from './sample-index.ts';

const MAX_CLASSES = 100;
/** Parts read or stored at once. */
const AT_ONCE = 16;
/** Of the names in all leaks: a row of the table has 400 KB, and a character up to three bytes. */
const MAX_NAMES_CHARACTERS = 100_000;
/** Samples looked up one batch after the other. */
const PAGE = 1000;

/** Lines of a version in order of class and name, `PART_ITEMS` a part, each JSON as `renderItem` writes it. */
export interface SortedParts {
  readonly itemCount: number;
  /** Whether any item has references. */
  readonly hasReferences: boolean;
  readonly read: (part: number) => Promise<Uint8Array>;
  /** Puts a part where the version is to have it. */
  readonly store: (part: number, path: string) => Promise<void>;
}

/** The numbers of the parts of so many items, as many at a time as are worked on at once. */
export function* listParts(itemCount: number): Generator<number[]> {
  const count = Math.ceil(itemCount / PART_ITEMS);
  for (let from = 0; from < count; from += AT_ONCE) {
    yield Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
  }
}

interface ItemsDescription {
  /** What a version says of its items. */
  readonly described: Omit<DatasetVersion, 'id' | 'rev' | 'datasetId' | 'number' | 'createdAt'>;
  /** For an index of the samples; undefined where it is to have none. */
  readonly sampleKeys: BigUint64Array | undefined;
}

/**
 * Reads all items once, some parts ahead. Of an item some dozen bytes are held, whatever its line is.
 * @throws DomainError INVALID for too many classes or references
 */
export async function describeItems(scope: TenantScope, parts: SortedParts): Promise<ItemsDescription> {
  const digest = createHash('sha256');
  const finder = new LeakFinder(parts.itemCount, parts.hasReferences);
  // A single part is read as quickly as an index of it.
  const samples = parts.itemCount > PART_ITEMS ? new SampleKeys(parts.itemCount) : undefined;
  const classes = new Map<string, { normal: number; anomalous: number }>();
  let localisedCount = 0;
  for (const some of listParts(parts.itemCount)) {
    const read = await Promise.all(some.map(parts.read));
    for (const [i, bytes] of read.entries()) {
      if (some[i] !== 0) digest.update('\n');
      digest.update(bytes);
      for (const item of parseLines(bytes)) {
        finder.add(item);
        if (samples) for (const id of listSamplesOf(item)) samples.add(id);
        countItem(classes, item);
        if (item.maskSampleId || item.windows) localisedCount++;
      }
    }
  }
  const { leakCount, leaks } = await finder.finish((ids) => readHashes(scope, ids));
  const counts = [...classes].map(([name, count]): ClassCount => ({ name, ...count }));
  const sampleKeys = samples?.finish();
  const described = {
    digest: digest.digest('hex'),
    itemCount: parts.itemCount,
    normalCount: counts.reduce((sum, { normal }) => sum + normal, 0),
    anomalousCount: counts.reduce((sum, { anomalous }) => sum + anomalous, 0),
    localisedCount,
    classes: counts,
    leaks: await nameItems(parts, leaks),
    leakCount,
    indexedSamples: sampleKeys?.length,
  };
  return { described, sampleKeys };
}

/** Items of lines `from` to `to` (excluded) of a part. */
export function parseLines(bytes: Uint8Array, from = 0, to = PART_ITEMS): DatasetItem[] {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().split('\n');
  return lines.slice(from, to).map((line) => JSON.parse(line) as DatasetItem);
}

function countItem(
  classes: Map<string, { normal: number; anomalous: number }>,
  { class: name, anomalous }: DatasetItem,
): void {
  const count = classes.get(name) ?? { normal: 0, anomalous: 0 };
  if (anomalous) count.anomalous++;
  else count.normal++;
  classes.set(name, count);
  if (classes.size > MAX_CLASSES) {
    throw new DomainError('INVALID', `A version has at most ${MAX_CLASSES} classes.`);
  }
}

async function readHashes(scope: TenantScope, sampleIds: readonly string[]): Promise<(string | undefined)[]> {
  const hashes: (string | undefined)[] = [];
  for (let from = 0; from < sampleIds.length; from += PAGE) {
    const samples = await scope.table.pickMany(sampleKind, sampleIds.slice(from, from + PAGE), ['etag']);
    for (const sample of samples) hashes.push(sample?.etag);
  }
  return hashes;
}

/** Leaks with the names of their items, for which some parts are read again. */
async function nameItems(parts: SortedParts, leaks: readonly FoundLeak[]): Promise<Leak[]> {
  const wanted = Map.groupBy(new Set(leaks.flatMap(({ positions }) => positions)), (position) =>
    Math.floor(position / PART_ITEMS),
  );
  const names = new Map<number, string>();
  for (const [part, positions] of wanted) {
    const items = parseLines(await parts.read(part));
    for (const position of positions) names.set(position, items[position % PART_ITEMS]?.item ?? '');
  }
  const named: Leak[] = [];
  let characters = 0;
  for (const { kind, positions } of leaks) {
    const items = positions.map((position) => names.get(position) ?? '');
    characters += items.join('').length;
    if (characters > MAX_NAMES_CHARACTERS) break;
    named.push({ kind, items });
  }
  return named;
}
