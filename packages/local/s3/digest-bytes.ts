import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, createDigest } from './checksums.ts';

/** What bytes came to. */
export interface Digests {
  readonly size: number;
  readonly md5: Buffer;
  /** Base64 of the checksums asked for. */
  readonly getSum: (algorithm: ChecksumAlgorithm) => string;
}

export interface DigestOptions {
  readonly algorithms: readonly ChecksumAlgorithm[];
  /** The most bytes, and the error of one more, which is thrown before it is passed on. */
  readonly limit: number;
  readonly createLimitError: (size: number) => Error;
  /** Called at the end; what it throws fails the source, so that nobody keeps the bytes. */
  readonly check?: (digests: Digests) => void;
}

/** Passes bytes on to `consume` while digesting them; returns what both made. */
export async function digestBytes<T>(
  source: AsyncIterable<Uint8Array>,
  consume: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
  { algorithms, limit, createLimitError, check }: DigestOptions,
): Promise<Digests & { readonly result: T }> {
  const md5 = createHash('md5');
  const running = [...new Set(algorithms)].map((algorithm) => [algorithm, createDigest(algorithm)] as const);
  let size = 0;
  let digests: Digests | undefined;

  function finish(): Digests {
    const sums = new Map(running.map(([algorithm, one]) => [algorithm, one.digest().toString('base64')]));
    return { size, md5: md5.digest(), getSum: (algorithm) => sums.get(algorithm) ?? '' };
  }

  async function* pass(): AsyncIterable<Uint8Array> {
    for await (const piece of source) {
      size += piece.length;
      if (size > limit) throw createLimitError(size);
      md5.update(piece);
      for (const [, one] of running) one.update(piece);
      yield piece;
    }
    digests = finish();
    check?.(digests);
  }

  const result = await consume(pass());
  return { ...(digests ?? finish()), result };
}
