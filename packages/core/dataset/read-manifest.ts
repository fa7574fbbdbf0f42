import { DomainError, type ObjectFacts, type TenantScope } from '../platform/index.ts';
import type { Fault } from './bad-lines.ts';
import { type DatasetImport, type DatasetItem, locateImport, type ManifestPosition } from './entity.ts';
import { type HashIndex, hashText } from './hash-index.ts';
import { type LinePosition, listLines } from './manifest-lines.ts';
import { type ReadEntry, readEntries } from './read-entries.ts';
import { resolveItems } from './resolve-items.ts';

/** Lines whose samples are looked up at once, and bytes of the manifest that such lines have at most. */
const PAGE_LINES = 8000;
const PAGE_BYTES = 16 * 1024 * 1024;
/** Bytes read at once: no connection to the object store stays open while samples are looked up. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** A line with the item it is, or what is wrong with it. */
export interface ResolvedLine {
  readonly line: number;
  readonly read: DatasetItem | Fault;
}

export interface ResolvedPage {
  /** But those to be passed over. */
  readonly lines: readonly ResolvedLine[];
  /** Where reading goes on after them. */
  readonly end: ManifestPosition;
}

/**
 * Reads an import's manifest from `start` on and finds the samples it names.
 *
 * @param names lines of earlier items by their names; it learns those of the items that are read
 * @param most lines of a page
 * @throws DomainError INVALID when the manifest is another than before
 */
export async function* readManifest(
  scope: TenantScope,
  job: DatasetImport,
  start: ManifestPosition,
  names: HashIndex,
  most: number,
): AsyncGenerator<ResolvedPage> {
  const manifest = locateImport(job, 'manifest');
  const facts = await scope.bucket.head(manifest);
  if (!facts) {
    const read: Fault = { code: 'MANIFEST_MISSING', reason: 'the manifest was not uploaded' };
    yield { lines: [{ line: 1, read }], end: start };
    return;
  }
  if (start.etag !== undefined && start.etag !== facts.etag) {
    throw new DomainError('INVALID', 'The manifest was replaced while it was read. Import it anew.');
  }
  const files = await readFiles(scope, locateImport(job, 'files'));
  const entries = readEntries(job.format, (offset) => readPieces(scope, manifest, facts, offset), start);
  for await (const page of takePages(entries, start, Math.min(most, PAGE_LINES))) {
    const parsed = page.flatMap(({ read }) => (read && 'file' in read ? read : []));
    const resolved = await resolveItems(scope, parsed, (file) => files.get(file) ?? file);
    const found = new Map(parsed.map((item, i) => [item, resolved[i]]));
    const lines = page.flatMap(({ line, read }): ResolvedLine[] => {
      if (read === undefined) return [];
      if (!('file' in read)) return [{ line, read }];
      const item = found.get(read);
      if (!item) return [];
      const name = hashText(read.item);
      const earlier = 'item' in item ? names.add(name, line) : names.find(name);
      if (earlier === undefined) return [{ line, read: item }];
      const reason = `the item ${read.item} is already on line ${earlier}`;
      return [{ line, read: { code: 'ITEM_TWICE', field: 'item', reason } }];
    });
    const last = page.at(-1);
    if (last) yield { lines, end: { line: last.line, offset: last.end, etag: facts.etag } };
  }
}

async function* takePages(
  entries: AsyncIterable<ReadEntry>,
  start: LinePosition,
  most: number,
): AsyncGenerator<ReadEntry[]> {
  let [page, from]: [ReadEntry[], number] = [[], start.offset];
  for await (const entry of entries) {
    page.push(entry);
    if (page.length < most && entry.end - from < PAGE_BYTES) continue;
    yield page;
    [page, from] = [[], entry.end];
  }
  if (page.length > 0) yield page;
}

/** The object's bytes from an offset on. */
async function* readPieces(
  scope: TenantScope,
  path: string,
  { bytes, etag }: ObjectFacts,
  offset = 0,
): AsyncGenerator<Uint8Array> {
  for (let from = offset; from < bytes; from += PIECE_BYTES) {
    yield await scope.bucket.get(path, { etag, range: { from, bytes: PIECE_BYTES } });
  }
}

/** Lines `{"path", "sampleId"}`; others are passed over, and their files then have no sample. */
async function readFiles(scope: TenantScope, path: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const facts = await scope.bucket.head(path);
  if (!facts) return files;
  for await (const { content } of listLines(readPieces(scope, path, facts))) {
    try {
      const named = JSON.parse(content) as { path?: unknown; sampleId?: unknown } | null;
      const { path: name, sampleId } = named ?? {};
      if (typeof name === 'string' && typeof sampleId === 'string') files.set(name, sampleId);
    } catch {
      // Whoever needs the file is told that it has no sample.
    }
  }
  return files;
}
