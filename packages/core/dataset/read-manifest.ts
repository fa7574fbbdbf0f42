import type { ObjectFacts, TenantScope } from '../platform/index.ts';
import type { Fault } from './bad-lines.ts';
import { type DatasetImport, type DatasetItem, locateImport } from './entity.ts';
import { listLines } from './manifest-lines.ts';
import { type ReadEntry, readEntries } from './read-entries.ts';
import { resolveItems } from './resolve-items.ts';

/** Lines whose samples are looked up at once. */
const PAGE = 2000;
/** Bytes read at once: no connection to the object store stays open while samples are looked up. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** A line with the item it is, or what is wrong with it. */
export interface ResolvedLine {
  readonly line: number;
  readonly read: DatasetItem | Fault;
}

/** Pages of an import's lines, but those to be passed over. */
export async function* readManifest(scope: TenantScope, job: DatasetImport): AsyncGenerator<ResolvedLine[]> {
  const manifest = locateImport(job, 'manifest');
  const facts = await scope.bucket.head(manifest);
  if (!facts) {
    yield [{ line: 1, read: { code: 'MANIFEST_MISSING', reason: 'the manifest was not uploaded' } }];
    return;
  }
  const files = await readFiles(scope, locateImport(job, 'files'));
  const lines = new Map<string, number>();
  const entries = readEntries(job.format, (offset) => readPieces(scope, manifest, facts, offset));
  for await (const page of takePages(entries)) {
    const parsed = page.flatMap(({ read }) => (read && 'file' in read ? read : []));
    const resolved = await resolveItems(scope, parsed, (file) => files.get(file) ?? file);
    const found = new Map(parsed.map((item, i) => [item, resolved[i]]));
    yield page.flatMap(({ line, read }): ResolvedLine[] => {
      if (read === undefined) return [];
      if (!('file' in read)) return [{ line, read }];
      const earlier = lines.get(read.item);
      if (earlier !== undefined) {
        const reason = `the item ${read.item} is already on line ${earlier}`;
        return [{ line, read: { code: 'ITEM_TWICE', field: 'item', reason } }];
      }
      const item = found.get(read);
      if (item && 'item' in item) lines.set(read.item, line);
      return item ? [{ line, read: item }] : [];
    });
  }
}

async function* takePages(entries: AsyncIterable<ReadEntry>): AsyncGenerator<ReadEntry[]> {
  let page: ReadEntry[] = [];
  for await (const entry of entries) {
    page.push(entry);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
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
