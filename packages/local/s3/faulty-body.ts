import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import { S3Error } from './errors.ts';

const MAX_TRICKLE_MS = 2000;
const TRICKLE_PIECES = 16;

interface Transfer {
  readonly faults: Faults;
  readonly socket: Socket;
  /** Bytes of the body. */
  readonly length: number;
}

/** Passes a body on, and when `s3.reset` happens breaks its connection at a random byte. Throws RequestTimeout then. */
export async function* mayReset(
  body: AsyncIterable<Uint8Array>,
  { faults, socket, length }: Transfer,
): AsyncIterable<Uint8Array> {
  let left = faults.happens('s3.reset') ? Math.floor(faults.draw() * length) : Number.POSITIVE_INFINITY;
  for await (const piece of body) {
    if (piece.length > left) {
      socket.resetAndDestroy();
      throw new S3Error('RequestTimeout');
    }
    left -= piece.length;
    yield piece;
  }
}

/** Passes a body on, and when `s3.slow-body` happens stretches it over up to two seconds. */
export async function* mayTrickle(
  body: AsyncIterable<Uint8Array>,
  { faults, length }: Transfer,
): AsyncIterable<Uint8Array> {
  if (!faults.happens('s3.slow-body')) {
    yield* body;
    return;
  }
  const pauseMs = (faults.draw() * MAX_TRICKLE_MS) / TRICKLE_PIECES;
  const step = Math.ceil(length / TRICKLE_PIECES);
  for await (const piece of body) {
    for (let start = 0; start < piece.length; start += step) {
      const part = piece.subarray(start, start + step);
      await setTimeout(pauseMs * (part.length / step));
      yield part;
    }
  }
}
