import type { TenantScope } from '../platform/index.ts';
import type { DatasetItem } from './entity.ts';

const PIECE_BYTES = 512 * 1024;
const LINE_FEED = 10;

interface RunLine extends Pick<DatasetItem, 'class' | 'item'> {
  readonly text: string;
  /** The byte of the run after it. */
  readonly end: number;
}

/** Reads the lines of a run in turn, a piece ahead. */
export class RunReader {
  readonly bytes: number;
  /** Bytes of the lines before the current one. */
  merged: number;
  current: RunLine | undefined;
  readonly #read: (from: number) => Promise<Uint8Array>;
  #lines: readonly RunLine[] = [];
  #at = 0;
  /** Bytes of a line that goes on in the next piece. */
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the run that were asked for. */
  #asked: number;
  #next: Promise<Uint8Array> | undefined;

  /** @param from where to begin: where a line does */
  constructor(scope: TenantScope, path: string, bytes: number, from: number) {
    this.bytes = bytes;
    this.merged = from;
    this.#asked = from;
    this.#read = (offset) => scope.bucket.get(path, { range: { from: offset, bytes: PIECE_BYTES } });
    this.#ask();
  }

  /** Goes to the next line. @returns false when `fill` is to be called for it */
  advance(): boolean {
    if (this.current) this.merged = this.current.end;
    this.current = this.#lines[this.#at++];
    return this.current !== undefined;
  }

  /** Reads on and goes to the next line; there is none at the end of the run. */
  async fill(): Promise<void> {
    while (this.#next && !this.current) {
      const piece = await this.#next;
      this.#ask();
      this.#split(Buffer.concat([this.#rest, piece]));
      this.advance();
    }
  }

  #ask(): void {
    const from = this.#asked;
    this.#next = from < this.bytes ? this.#read(from) : undefined;
    // Whoever waits for it hears of it.
    this.#next?.catch(() => undefined);
    this.#asked = from + PIECE_BYTES;
  }

  #split(bytes: Buffer): void {
    const lines: RunLine[] = [];
    let [from, end] = [0, this.merged];
    for (let to = bytes.indexOf(LINE_FEED); to >= 0; to = bytes.indexOf(LINE_FEED, from)) {
      const text = bytes.toString('utf8', from, to);
      const item = JSON.parse(text) as DatasetItem;
      end += to + 1 - from;
      lines.push({ class: item.class, item: item.item, text, end });
      from = to + 1;
    }
    this.#rest = bytes.subarray(from);
    [this.#lines, this.#at] = [lines, 0];
  }
}
