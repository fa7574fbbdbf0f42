import type { Readable } from 'node:stream';
import { REJECTIONS } from '../../rejections.ts';
import { REPLY_HEADER_BYTES, type Reply } from './protocol.ts';

export interface ReceivedReply {
  readonly reply: Reply;
  readonly payload: Buffer;
}

/** No answer is longer: a frame has at most 4096 px a side, an index 16 bytes for each of some million frames. */
const MOST_JSON_BYTES = 1 << 20;
const MOST_PAYLOAD_BYTES = 1 << 28;
const KINDS: ReadonlySet<unknown> = new Set(['opened', 'frame', 'changes', 'done', 'rejected']);

/**
 * Answers from the stream, as they come. The process that writes them runs foreign code over foreign bytes, so what
 * has not the right form is an error.
 * @throws Error when an answer is malformed; ends where the stream ends, even within an answer
 */
export async function* readReplies(stream: Readable): AsyncGenerator<ReceivedReply> {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = REPLY_HEADER_BYTES;
  let sizes: { readonly json: number; readonly payload: number } | undefined;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    parts.push(chunk);
    held += chunk.length;
    while (held >= needed) {
      const all = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      const taken = all.subarray(0, needed);
      const rest = all.subarray(needed);
      parts = [rest];
      held = rest.length;
      if (sizes === undefined) {
        sizes = { json: taken.readUInt32LE(0), payload: taken.readUInt32LE(4) };
        if (sizes.json > MOST_JSON_BYTES || sizes.payload > MOST_PAYLOAD_BYTES) {
          throw new Error('The decoder announced an answer that is too long.');
        }
        needed = sizes.json + sizes.payload;
      } else {
        const reply: unknown = JSON.parse(taken.toString('utf8', 0, sizes.json));
        yield { reply: checkReply(reply), payload: taken.subarray(sizes.json) };
        sizes = undefined;
        needed = REPLY_HEADER_BYTES;
      }
    }
  }
}

function checkReply(value: unknown): Reply {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !KINDS.has(value.kind)) {
    throw new Error('The decoder gave an answer of no known kind.');
  }
  if (value.kind === 'rejected' && !('code' in value && String(value.code) in REJECTIONS)) {
    throw new Error('The decoder refused with an unknown code.');
  }
  return value as Reply;
}
