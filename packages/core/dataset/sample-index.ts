import { hash } from 'node:crypto';
import type { TenantScope } from '../platform/index.ts';
import { type DatasetItem, type DatasetVersion, locateSamples } from './entity.ts';

/** Different samples that an index has at most: 256 MB of memory while it is made. */
const MAX_SAMPLES = 32_000_000;
const FIRST_CAPACITY = 1024;
const GROWTH = 1.5;
const KEY_BYTES = 8;
/** Keys read at once. Among ten million a key lies within 8,000 of where it is expected, five standard deviations. */
const BLOCK_KEYS = 8192;
const PIECE_BYTES = 8 * 1024 * 1024;

/** All samples that an item needs: its own, its masks, its references. */
export function listSamplesOf(item: DatasetItem): string[] {
  const { sampleId, maskSampleId, furtherMaskIds = [], referenceIds = [] } = item;
  return [sampleId, ...(maskSampleId ? [maskSampleId] : []), ...furtherMaskIds, ...referenceIds];
}

/** Collects which samples a version names, each as the first 64 bits of its id's SHA-256. */
export class SampleKeys {
  #size = 0;
  #keys: BigUint64Array;
  #isTooLarge = false;
  readonly #most: number;

  /** @param expected how many there may well be */
  constructor(expected: number, most = MAX_SAMPLES) {
    this.#keys = new BigUint64Array(Math.max(FIRST_CAPACITY, expected));
    this.#most = most;
  }

  add(sampleId: string): void {
    if (this.#size === this.#keys.length && !this.#isTooLarge) this.#makeRoom();
    if (!this.#isTooLarge) this.#keys[this.#size++] = makeKey(sampleId);
  }

  /** In order, each once; undefined when they are more than an index has. */
  finish(): BigUint64Array | undefined {
    this.#sort();
    return this.#isTooLarge || this.#size > this.#most ? undefined : this.#keys.subarray(0, this.#size);
  }

  #makeRoom(): void {
    this.#sort();
    // Sorting it again for a few keys at a time would take for ever.
    if (this.#size * GROWTH <= this.#keys.length) return;
    this.#isTooLarge = this.#size > this.#most;
    if (this.#isTooLarge) return;
    const larger = new BigUint64Array(Math.ceil(this.#size * GROWTH));
    larger.set(this.#keys.subarray(0, this.#size));
    this.#keys = larger;
  }

  #sort(): void {
    const keys = this.#keys.subarray(0, this.#size).sort();
    let size = 0;
    for (const key of keys) if (size === 0 || key !== keys[size - 1]) keys[size++] = key;
    this.#size = size;
  }
}

function makeKey(sampleId: string): bigint {
  return hash('sha256', sampleId, 'buffer').readBigUInt64LE(0);
}

/** Writes the index beside the parts of a version. Made of the same items it is the same. */
export async function storeSampleIndex(
  scope: TenantScope,
  datasetId: string,
  digest: string,
  keys: BigUint64Array,
): Promise<void> {
  const pieces = (async function* () {
    for (let from = 0; from < keys.byteLength; from += PIECE_BYTES) {
      const bytes = Math.min(PIECE_BYTES, keys.byteLength - from);
      yield new Uint8Array(keys.buffer, keys.byteOffset + from, bytes);
    }
  })();
  await scope.bucket.write(locateSamples(datasetId, digest), pieces, 'application/octet-stream');
}

/**
 * Those of the samples that the index of a version has. Keys are spread evenly, so that a block or two are read for each
 * sample, however large the index is. One that is not in the version is taken for one in it with a probability below 10^-12.
 *
 * @param count how many the index has
 */
export async function findIndexed(
  scope: TenantScope,
  { datasetId, digest }: DatasetVersion,
  count: number,
  sampleIds: readonly string[],
): Promise<string[]> {
  const blocks = new Map<number, Promise<BigUint64Array>>();
  const readBlock = (block: number): Promise<BigUint64Array> => {
    const known = blocks.get(block);
    if (known) return known;
    const from = block * BLOCK_KEYS;
    const reading = readKeys(
      scope,
      locateSamples(datasetId, digest),
      from,
      Math.min(BLOCK_KEYS, count - from),
    );
    blocks.set(block, reading);
    return reading;
  };
  const has = await Promise.all(sampleIds.map((id) => hasKey(readBlock, count, makeKey(id))));
  return sampleIds.filter((_, position) => has[position]);
}

async function hasKey(
  readBlock: (block: number) => Promise<BigUint64Array>,
  count: number,
  key: bigint,
): Promise<boolean> {
  const last = Math.ceil(count / BLOCK_KEYS) - 1;
  let block = Math.min(last, Math.floor((Number(key) / 2 ** 64) * (count / BLOCK_KEYS)));
  while (block > 0 && key < ((await readBlock(block))[0] ?? 0n)) block--;
  while (block < last && key > ((await readBlock(block)).at(-1) ?? 0n)) block++;
  return (await readBlock(block)).includes(key);
}

async function readKeys(
  scope: TenantScope,
  path: string,
  from: number,
  count: number,
): Promise<BigUint64Array> {
  const range = { from: from * KEY_BYTES, bytes: count * KEY_BYTES };
  const bytes = await scope.bucket.get(path, { range });
  // A sample that is missed here would be deleted.
  if (bytes.length !== range.bytes) throw new Error(`${path} has ${bytes.length} of ${range.bytes} bytes.`);
  // A copy: the bytes may lie anywhere in a larger buffer.
  return new BigUint64Array(Uint8Array.from(bytes).buffer);
}
