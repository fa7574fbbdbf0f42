/**
 * The decoder's own process: FFmpeg's native code runs here and nowhere else. Run as a program it works through its
 * requests one by one and ends with its standard input; imported it only says where it lies, which after bundling nobody
 * else knows. It gets no credentials and one file, under a descriptor.
 */
import { readSync, writeSync } from 'node:fs';
import { RejectedError } from '../../rejected-error.ts';
import type { Media } from './media.ts';
import { encodeReply, type OpenRequest, type Reply, type Request } from './protocol.ts';

/** The file to run. */
export const entryUrl = import.meta.url;

const STDIN = 0;
const STDOUT = 1;

if (import.meta.main) {
  await serve().catch((error: unknown) => send(explain(error)));
  // Tearing the decoder down is work that can crash too; the process is over.
  process.exit(0);
}

function send(reply: Reply, payload?: Uint8Array): void {
  for (const part of encodeReply(reply, payload)) {
    for (let at = 0; at < part.length; ) at += writeSync(STDOUT, part, at);
  }
}

/** Lines of standard input, waiting for each: nothing else goes on in this process. */
function* readLines(): Generator<string> {
  const chunk = Buffer.alloc(1 << 16);
  let text = '';
  for (let size = readSync(STDIN, chunk); size > 0; size = readSync(STDIN, chunk)) {
    text += chunk.toString('latin1', 0, size);
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

async function open(request: OpenRequest): Promise<Media> {
  let module: typeof import('./media.ts');
  try {
    module = await import('./media.ts');
  } catch (cause) {
    throw new RejectedError(
      'VIDEO_DECODER_MISSING',
      'This installation cannot read video files: its decoder is not installed. Whoever runs it adds it by `npm install node-av`; until then send an animated GIF or WebP, or single pictures.',
      { cause: (cause instanceof Error ? cause.message : String(cause)).slice(0, 300) },
    );
  }
  return module.openMedia(request);
}

function explain(error: unknown): Reply {
  if (error instanceof RejectedError) {
    const { code, message, details } = error;
    return { kind: 'rejected', code, message, details };
  }
  const cause = (error instanceof Error ? error.message : String(error)).slice(0, 300);
  return {
    kind: 'rejected',
    code: 'CORRUPT_VIDEO',
    message: 'The video cannot be decoded. Send it again, or export it anew as MP4 with H.264.',
    details: { decoder: cause },
  };
}

async function serve(): Promise<void> {
  let media: Media | undefined;
  for (const line of readLines()) {
    const request = JSON.parse(line) as Request;
    if (request.op === 'open') {
      media = await open(request);
      send(media.opened, media.index);
    } else if (request.op === 'measure') {
      const changes = media?.measure(request) ?? new Float32Array();
      send({ kind: 'changes' }, new Uint8Array(changes.buffer));
    } else {
      media?.read(request, (index, pixels) => send({ kind: 'frame', index }, pixels));
      send({ kind: 'done' });
    }
  }
}
