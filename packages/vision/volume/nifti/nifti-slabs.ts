import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RejectedError } from '../../rejected-error.ts';
import { isGzip } from '../gzip.ts';

/** Input handed to the decompressor at a time. */
const FEED_BYTES = 1 << 16;

/**
 * Bytes in pieces, unpacked when they are gzipped; stops unpacking when the reader does.
 * @throws RejectedError CORRUPT_VOLUME for a damaged gzip stream, TOO_SLOW
 */
export async function* readPieces(bytes: Uint8Array, maxSeconds: number): AsyncGenerator<Uint8Array> {
  const deadline = performance.now() + maxSeconds * 1000;
  if (!isGzip(bytes)) {
    yield bytes;
    return;
  }
  const source = Readable.from(feed(bytes));
  const gunzip = source.pipe(createGunzip({ chunkSize: 1 << 18 }));
  try {
    for await (const piece of gunzip) {
      if (performance.now() > deadline) {
        throw new RejectedError(
          'TOO_SLOW',
          'The volume takes too long to unpack. Send fewer slices, or a coarser copy.',
        );
      }
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof RejectedError) throw cause;
    throw new RejectedError(
      'CORRUPT_VOLUME',
      'The compressed NIfTI file is damaged or incomplete. Send it again, or compress it again.',
      {},
      { cause },
    );
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function* feed(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += FEED_BYTES) yield bytes.subarray(at, at + FEED_BYTES);
}

/** Which bytes are slabs. */
interface Slabs {
  readonly start: number;
  readonly slabBytes: number;
  readonly count: number;
  /** Bytes behind the slabs that are read too, and not given. Default: none. */
  readonly rest?: number;
}

/**
 * Reads slabs one at a time; a slab is only good until the next is asked for.
 * Never holds more than one slab and one piece.
 * @throws RejectedError CORRUPT_VOLUME when the bytes end before the last slab does
 */
export async function* readSlabs(
  pieces: AsyncIterable<Uint8Array>,
  { start, slabBytes, count, rest }: Slabs,
): AsyncGenerator<Uint8Array> {
  let skip = start;
  let slab = new Uint8Array(0);
  let filled = 0;
  let given = 0;
  let behind = 0;
  for await (const piece of pieces) {
    let at = Math.min(skip, piece.length);
    skip -= at;
    while (at < piece.length && given < count) {
      // A slab that lies within one piece is not copied.
      if (filled === 0 && piece.length - at >= slabBytes) {
        yield piece.subarray(at, at + slabBytes);
        at += slabBytes;
      } else {
        if (slab.length === 0) slab = new Uint8Array(slabBytes);
        const taken = Math.min(slabBytes - filled, piece.length - at);
        slab.set(piece.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled < slabBytes) continue;
        filled = 0;
        yield slab;
      }
      given += 1;
    }
    behind += piece.length - at;
    if (given === count && (rest === undefined || behind > rest)) return;
  }
  if (given === count) return;
  throw new RejectedError(
    'CORRUPT_VOLUME',
    `The NIfTI file ends after ${given} of its ${count} slices. Send it again, or export it again from its source.`,
    { slices: given, stated: count },
  );
}
