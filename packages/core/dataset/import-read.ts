import type { TenantScope } from '../platform/index.ts';
import { type BadLine, makeBadLine, renderBadLine } from './bad-lines.ts';
import { type DatasetImport, type DatasetItem, type ImportWork, locateImport, locateWork } from './entity.ts';
import { HashIndex } from './hash-index.ts';
import { type ResolvedLine, readManifest } from './read-manifest.ts';
import { compareItems, renderItem } from './version.ts';

const JSON_LINES = 'application/x-ndjson';
/** Bad lines that the import's row keeps; the report has them all. */
const MAX_BAD_LINES = 100;
/** Characters that the items of a block have at most, but for a page of them. */
const BLOCK_CHARACTERS = 64 * 1024 * 1024;

/** What a step changes in its import. */
export type ImportChanges = Partial<DatasetImport> & { readonly work: ImportWork };

/** What is done between two notes of how far an import came, and where it ends. */
export interface StepSizes {
  /** Lines of a block, good and bad. */
  readonly blockLines: number;
  /** Parts merged. */
  readonly parts: number;
  /** Lines of a manifest, good and bad; with more of them it is not read to its end. */
  readonly maxLines: number;
}

/**
 * Reads a manifest block by block. Each block leaves a run of items in order, their names, and its bad lines, under names of their
 * own; done again it leaves the same.
 */
export async function* readBlocks(
  scope: TenantScope,
  claimed: DatasetImport,
  begun: ImportWork,
  { blockLines, maxLines }: StepSizes,
): AsyncGenerator<ImportChanges> {
  let [job, work] = [claimed, begun];
  const names = await loadNames(scope, job, work.runs.length);
  let block = new Block();
  for await (const { lines, end } of readManifest(scope, job, work.position, names, blockLines)) {
    block.take(lines);
    work = { ...work, position: end };
    if (work.itemCount + job.badLineCount + block.lines > maxLines) break;
    if (!block.isFull(blockLines)) continue;
    const changes = await storeBlock(scope, job, work, block, names);
    yield changes;
    [job, work, block] = [{ ...job, ...changes }, changes.work, new Block()];
  }
  const changes = await storeBlock(scope, job, work, block, names);
  yield { ...changes, work: { ...changes.work, phase: 'REPORT' } };
}

/** Joins the bad lines of all blocks, so that there is one file of them. */
export async function writeReport(scope: TenantScope, job: DatasetImport, badParts: number): Promise<void> {
  const parts = (async function* () {
    for (let part = 0; part < badParts; part++)
      yield await scope.bucket.get(locateWork(job, nameBadPart(part)));
  })();
  await scope.bucket.write(locateImport(job, 'bad-lines.jsonl'), parts, JSON_LINES);
}

export function nameRun(run: number): string {
  return `runs/${run}.jsonl`;
}

function nameNames(run: number): string {
  return `names/${run}`;
}

function nameBadPart(part: number): string {
  return `bad/${part}.jsonl`;
}

class Block {
  readonly items: { readonly key: Pick<DatasetItem, 'class' | 'item'>; readonly text: string }[] = [];
  readonly badLines: BadLine[] = [];
  hasReferences = false;
  #characters = 0;

  get lines(): number {
    return this.items.length + this.badLines.length;
  }

  isFull(blockLines: number): boolean {
    return this.lines >= blockLines || this.#characters >= BLOCK_CHARACTERS;
  }

  take(lines: readonly ResolvedLine[]): void {
    for (const { line, read } of lines) {
      if ('code' in read) {
        this.badLines.push(makeBadLine(line, read));
      } else {
        const text = renderItem(read);
        this.items.push({ key: { class: read.class, item: read.item }, text });
        this.#characters += text.length;
        this.hasReferences ||= read.referenceIds !== undefined;
      }
    }
  }
}

async function storeBlock(
  scope: TenantScope,
  job: DatasetImport,
  work: ImportWork,
  { items, badLines, hasReferences }: Block,
  names: HashIndex,
): Promise<ImportChanges> {
  let { runs, badParts } = work;
  if (items.length > 0) {
    const lines = items.toSorted((a, b) => compareItems(a.key, b.key)).map(({ text }) => `${text}\n`);
    const run = Buffer.from(lines.join(''));
    await scope.bucket.put(locateWork(job, nameRun(runs.length)), run, JSON_LINES);
    const saved = names.save(work.itemCount);
    await scope.bucket.put(locateWork(job, nameNames(runs.length)), saved, 'application/octet-stream');
    runs = [...runs, { bytes: run.length, merged: 0 }];
  }
  if (badLines.length > 0) {
    const part = Buffer.from(badLines.map(renderBadLine).join(''));
    await scope.bucket.put(locateWork(job, nameBadPart(badParts++)), part, JSON_LINES);
  }
  return {
    linesRead: work.position.line,
    badLines: [...job.badLines, ...badLines.slice(0, MAX_BAD_LINES - job.badLines.length)],
    badLineCount: job.badLineCount + badLines.length,
    work: {
      ...work,
      itemCount: work.itemCount + items.length,
      hasReferences: work.hasReferences || hasReferences,
      runs,
      badParts,
    },
  };
}

/** Names of the items of earlier blocks: there is one for each item. */
async function loadNames(scope: TenantScope, job: DatasetImport, runs: number): Promise<HashIndex> {
  const names = new HashIndex();
  for (let run = 0; run < runs; run++) names.load(await scope.bucket.get(locateWork(job, nameNames(run))));
  return names;
}
