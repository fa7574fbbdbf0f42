import { DomainError } from '../platform/index.ts';
import type { DatasetItem, Leak } from './entity.ts';
import { HashIndex, hashText } from './hash-index.ts';

const MAX_LEAKS = 100;
const MAX_NAMES = 20;
const MAX_REFERENCES = 1_000_000;

/** A leak by the positions of its items, the first 20. */
export interface FoundLeak {
  readonly kind: Leak['kind'];
  readonly positions: readonly number[];
}

const DUPLICATE = 1;
const ACROSS = 2;

/**
 * Finds what makes figures too good: the same content (by hash) in more than one split, the same content twice, and
 * references that are themselves items. A reference counts by sample and by content. Of an item some dozen bytes are kept.
 */
export class LeakFinder {
  readonly #contents = new HashIndex();
  /** Needed for references alone. */
  readonly #samples: HashIndex | undefined;
  readonly #references = new Set<string>();
  readonly #splits = new Map<string | undefined, number>();
  readonly #count: number;
  /** Of each item the first one with the same content; the first one of the same sample. */
  readonly #sameContent: Uint32Array;
  readonly #sameSample: Uint32Array;
  readonly #splitOf: Uint32Array;
  /** Of the first one with a content, what is wrong with that. */
  readonly #flags: Uint8Array;
  #position = 0;

  /** @param count how many items there will be @param hasReferences whether any of them has references */
  constructor(count: number, hasReferences: boolean) {
    this.#samples = hasReferences ? new HashIndex() : undefined;
    this.#count = count;
    this.#sameContent = new Uint32Array(count);
    this.#sameSample = new Uint32Array(hasReferences ? count : 0);
    this.#splitOf = new Uint32Array(count);
    this.#flags = new Uint8Array(count);
  }

  /**
   * Takes the next item.
   * @throws DomainError INVALID for too many references
   */
  add({ sampleId, contentHash, split, referenceIds = [] }: DatasetItem): void {
    const position = this.#position++;
    const first = this.#contents.add(hashText(contentHash ?? sampleId), position) ?? position;
    this.#sameContent[position] = first;
    if (this.#samples) {
      this.#sameSample[position] = this.#samples.add(hashText(sampleId), position) ?? position;
    }
    const splitNumber = this.#splits.get(split) ?? this.#splits.size;
    this.#splits.set(split, splitNumber);
    this.#splitOf[position] = splitNumber;
    if (first !== position) {
      const across = this.#splitOf[first] === splitNumber ? 0 : ACROSS;
      this.#flags[first] = (this.#flags[first] ?? 0) | DUPLICATE | across;
    }
    for (const id of referenceIds) this.#references.add(id);
    if (this.#references.size > MAX_REFERENCES) {
      throw new DomainError('INVALID', `A version has at most ${MAX_REFERENCES} references.`);
    }
  }

  /** @param hashesOf contents of reference samples, undefined where there is none */
  async finish(
    hashesOf: (sampleIds: readonly string[]) => Promise<readonly (string | undefined)[]>,
  ): Promise<{ readonly leakCount: number; readonly leaks: readonly FoundLeak[] }> {
    const found: { kind: Leak['kind']; same: Uint32Array; first: number }[] = [];
    let leakCount = 0;
    const note = (kind: Leak['kind'], same: Uint32Array, first: number) => {
      if (leakCount++ < MAX_LEAKS) found.push({ kind, same, first });
    };
    for (let first = 0; first < this.#count; first++) {
      const flags = this.#flags[first] ?? 0;
      if (flags === 0) continue;
      note(flags & ACROSS ? 'DUPLICATE_ACROSS_SPLITS' : 'DUPLICATE', this.#sameContent, first);
    }
    const references = [...this.#references];
    const hashes = await hashesOf(references);
    for (const [i, id] of references.entries()) {
      const bySample = this.#samples?.find(hashText(id));
      const content = hashes[i];
      const byContent = content === undefined ? undefined : this.#contents.find(hashText(content));
      if (bySample !== undefined) note('REFERENCE_IS_ITEM', this.#sameSample, bySample);
      else if (byContent !== undefined) note('REFERENCE_IS_ITEM', this.#sameContent, byContent);
    }
    return {
      leakCount,
      leaks: found.map(({ kind, same, first }) => ({ kind, positions: listEqual(same, first) })),
    };
  }
}

/** Positions from `first` on that hold `first`, at most 20. */
function listEqual(same: Uint32Array, first: number): number[] {
  const positions: number[] = [];
  for (
    let at = same.indexOf(first);
    at >= 0 && positions.length < MAX_NAMES;
    at = same.indexOf(first, at + 1)
  ) {
    positions.push(at);
  }
  return positions;
}
