import type { TenantScope } from '../platform/index.ts';
import { type DatasetImport, type DatasetItem, type ImportWork, locateWork, PART_ITEMS } from './entity.ts';
import { type ImportChanges, nameRun, type StepSizes } from './import-read.ts';
import { RunReader } from './run-reader.ts';
import { compareItems } from './version.ts';

/** Characters that parts written at once have at most, but for one of them. */
const CHARACTERS_AT_ONCE = 32 * 1024 * 1024;

/**
 * Merges the runs of an import into parts of a version, some at a time. Which bytes of each run are merged is noted with them, so that
 * who goes on begins there.
 */
export async function* mergeRuns(
  scope: TenantScope,
  job: DatasetImport,
  begun: ImportWork,
  sizes: StepSizes,
): AsyncGenerator<ImportChanges> {
  let work = begun;
  const readers = work.runs.map(
    ({ bytes, merged }, run) => new RunReader(scope, locateWork(job, nameRun(run)), bytes, merged),
  );
  await Promise.all(readers.map((reader) => reader.fill()));
  const queue = new MergeQueue(readers.filter(({ current }) => current !== undefined));
  const partCount = Math.ceil(work.itemCount / PART_ITEMS);
  while (work.parts < partCount) {
    const writes: Promise<void>[] = [];
    let [parts, characters] = [work.parts, 0];
    while (parts < partCount && writes.length < sizes.parts && characters < CHARACTERS_AT_ONCE) {
      const text = (await queue.take(PART_ITEMS)).join('\n');
      characters += text.length;
      const write = scope.bucket.put(
        locateWork(job, namePart(parts++)),
        Buffer.from(text),
        'application/x-ndjson',
      );
      // Whoever waits for all of them hears of it.
      write.catch(() => undefined);
      writes.push(write);
    }
    await Promise.all(writes);
    const runs = readers.map(({ bytes, merged }) => ({ bytes, merged }));
    work = { ...work, phase: parts < partCount ? 'MERGE' : 'PUBLISH', parts, runs };
    yield { work };
  }
}

export function namePart(part: number): string {
  return `parts/${part}.jsonl`;
}

/** Readers in a binary heap: the one with the first item is on top. */
class MergeQueue {
  readonly #heap: RunReader[] = [];

  constructor(readers: readonly RunReader[]) {
    for (const reader of readers) {
      this.#heap.push(reader);
      this.#rise(this.#heap.length - 1);
    }
  }

  /** The next lines, at most `count`. */
  async take(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) {
      const [top] = this.#heap;
      if (!top?.current) break;
      lines.push(top.current.text);
      if (!top.advance()) await top.fill();
      if (!top.current) this.#removeTop();
      this.#sink();
    }
    return lines;
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (last && this.#heap.length > 0) this.#heap[0] = last;
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, above)) return;
      at = above;
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(right, at)) return;
      at = right;
    }
  }

  #swapIfBefore(a: number, b: number): boolean {
    if (!this.#isBefore(a, b)) return false;
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first && second) [this.#heap[a], this.#heap[b]] = [second, first];
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [keyOf(this.#heap[a]), keyOf(this.#heap[b])];
    return first !== undefined && second !== undefined && compareItems(first, second) < 0;
  }
}

function keyOf(reader: RunReader | undefined): Pick<DatasetItem, 'class' | 'item'> | undefined {
  return reader?.current;
}
