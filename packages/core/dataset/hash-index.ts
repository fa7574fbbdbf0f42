import { hash } from 'node:crypto';

const WORDS = 4;
const FIRST_CAPACITY = 1024;
const GROWTH = 1.5;
const NONE = -1;

/** The first 128 bits of a text's SHA-256, as four words. */
export function hashText(text: string): Uint32Array {
  const digest = hash('sha256', text, 'buffer');
  return new Uint32Array(digest.buffer, digest.byteOffset, WORDS);
}

/**
 * Numbers by the hashes of texts, in typed arrays: 24 to 40 bytes an entry, where a Map takes some hundred. Two texts of ten million
 * have the same 128 bits with a probability of 10^-25.
 */
export class HashIndex {
  #size = 0;
  #words = new Uint32Array(FIRST_CAPACITY * WORDS);
  #values = new Uint32Array(FIRST_CAPACITY);
  /** The next entry of the same bucket. */
  #next = new Int32Array(FIRST_CAPACITY);
  /** The first entry of each bucket; as many as a power of two. */
  #heads = new Int32Array(FIRST_CAPACITY).fill(NONE);

  get size(): number {
    return this.#size;
  }

  find(key: Uint32Array): number | undefined {
    const entry = this.#findEntry(key);
    return entry === NONE ? undefined : this.#values[entry];
  }

  /** Keeps `value` (32 bits, unsigned) under a key that is new. @returns the value that an earlier one has, else undefined */
  add(key: Uint32Array, value: number): number | undefined {
    const entry = this.#findEntry(key);
    if (entry !== NONE) return this.#values[entry];
    this.#grow();
    const added = this.#size++;
    this.#words.set(key, added * WORDS);
    this.#values[added] = value;
    this.#link(added);
    return undefined;
  }

  /** Entries from number `from` on, 20 bytes each: words, then value. */
  save(from: number): Uint8Array {
    const count = this.#size - from;
    const saved = new Uint32Array(count * (WORDS + 1));
    saved.set(this.#words.subarray(from * WORDS, this.#size * WORDS));
    saved.set(this.#values.subarray(from, this.#size), count * WORDS);
    return new Uint8Array(saved.buffer);
  }

  /** Adds what `save` gave. */
  load(bytes: Uint8Array): void {
    // A copy: the bytes may lie anywhere in a larger buffer.
    const saved = new Uint32Array(Uint8Array.from(bytes).buffer);
    const count = saved.length / (WORDS + 1);
    for (let i = 0; i < count; i++) {
      this.add(saved.subarray(i * WORDS, (i + 1) * WORDS), saved[count * WORDS + i] ?? 0);
    }
  }

  #findEntry(key: Uint32Array): number {
    const words = this.#words;
    let entry = this.#heads[(key[0] ?? 0) & (this.#heads.length - 1)] ?? NONE;
    for (; entry !== NONE; entry = this.#next[entry] ?? NONE) {
      const at = entry * WORDS;
      if (
        words[at] === key[0] &&
        words[at + 1] === key[1] &&
        words[at + 2] === key[2] &&
        words[at + 3] === key[3]
      )
        return entry;
    }
    return NONE;
  }

  #link(entry: number): void {
    const bucket = (this.#words[entry * WORDS] ?? 0) & (this.#heads.length - 1);
    this.#next[entry] = this.#heads[bucket] ?? NONE;
    this.#heads[bucket] = entry;
  }

  #grow(): void {
    if (this.#size < this.#values.length) return;
    const capacity = Math.ceil(this.#size * GROWTH);
    this.#words = copyTo(new Uint32Array(capacity * WORDS), this.#words);
    this.#values = copyTo(new Uint32Array(capacity), this.#values);
    this.#next = copyTo(new Int32Array(capacity), this.#next);
    if (capacity <= this.#heads.length) return;
    this.#heads = new Int32Array(this.#heads.length * 2).fill(NONE);
    for (let entry = 0; entry < this.#size; entry++) this.#link(entry);
  }
}

function copyTo<T extends Uint32Array | Int32Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
