import { spawn } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { RejectedError } from '../../rejected-error.ts';
import { startEnvironment } from './environment.ts';
import type { OpenedReply, OpenRequest, Reply, Request } from './protocol.ts';
import { readReplies } from './read-replies.ts';

/** One file in a process of its own. */
export interface DecoderProcess {
  readonly opened: OpenedReply;
  readonly index: Uint8Array;
  /** Answers to one request, up to the last; a further request has to wait for it. */
  readonly ask: (request: Request) => AsyncGenerator<Answer>;
  /** Ends the process, whatever it is doing. */
  readonly close: () => Promise<void>;
}

export interface Answer {
  readonly reply: Exclude<Reply, { readonly kind: 'rejected' }>;
  readonly payload: Buffer;
}

export interface DecoderSetup extends Omit<OpenRequest, 'op' | 'fd'> {
  /** After so long the process is killed, whatever it is doing. */
  readonly maxSeconds: number;
  /** The program, and settings of Node for it; others than the decoder's own in tests. */
  readonly program?: string;
  readonly nodeOptions?: readonly string[];
}

const FILE_DESCRIPTOR = 3;
/** What Node takes for itself beside the decoder, bytes. */
const RUNTIME_BYTES = 640 * 1024 * 1024;
const SCRIPT_HEAP_MEGABYTES = 256;
/** As much of its error output as may help to find the fault. */
const MOST_WORDS = 2000;

/**
 * Starts a decoder and has it open the file. Its memory and processor time are limited by the system (`ulimit`), its
 * time by a clock here; of environment variables it has what it takes to start, so no credentials, and it ends with this process.
 * @throws RejectedError VIDEO_DECODER_MISSING, CONVERSION_CRASHED, CONVERSION_OUT_OF_MEMORY, TOO_SLOW, or what is wrong with the file
 */
export async function openDecoder(bytes: Uint8Array, setup: DecoderSetup): Promise<DecoderProcess> {
  const { demuxer, limits, maxSeconds, nodeOptions = [] } = setup;
  // Imported only here and only so: it must stay a file of its own when bundled (docs/adr/0015).
  const program = setup.program ?? (await import('./decoder-process.ts')).entryUrl;
  const file = await openUnnamed(bytes);
  const node = [
    process.execPath,
    `--max-old-space-size=${SCRIPT_HEAP_MEGABYTES}`,
    ...nodeOptions,
    fileURLToPath(program),
  ];
  const child = spawn('/bin/sh', ['-c', restrict(limits.maxDecoderBytes, maxSeconds), 'sh', ...node], {
    env: startEnvironment,
    stdio: ['pipe', 'pipe', 'pipe', file.fd],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('latin1')).slice(-MOST_WORDS);
  });
  let fault: unknown;
  child.once('error', (error) => {
    fault = error;
  });
  // Of a process that has ended; the missing answer tells.
  child.stdin?.on('error', () => undefined);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, maxSeconds * 1000);

  const replies = readReplies(child.stdout ?? Readable.from([]));
  const explain = (): RejectedError =>
    isLate
      ? rejectSlow(maxSeconds)
      : new RejectedError(
          'CONVERSION_CRASHED',
          'The decoder broke down on the video, which is damaged or very unusual. Export it anew as MP4 with H.264.',
          {},
          { cause: fault ?? words },
        );
  async function* ask(request: Request): AsyncGenerator<Answer> {
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const next = await replies.next().catch(() => undefined);
      if (next === undefined || next.done) throw explain();
      const { reply, payload } = next.value;
      if (reply.kind === 'rejected') throw new RejectedError(reply.code, reply.message, reply.details);
      if (reply.kind === 'done') return;
      yield { reply, payload };
      if (reply.kind !== 'frame') return;
    }
  }
  const close = async () => {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await ended;
    // What nobody has read would keep the pipes open.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  try {
    const { value } = await ask({ op: 'open', fd: FILE_DESCRIPTOR, demuxer, limits }).next();
    if (value?.reply.kind !== 'opened') throw explain();
    return { opened: value.reply, index: value.payload, ask, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    await file.close();
  }
}

/** The bytes as a file without a name: nothing is left of it when the last process that has it open is gone. */
async function openUnnamed(bytes: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'loupe-video-'));
  try {
    const path = join(folder, 'video');
    await writeFile(path, bytes, { mode: 0o600 });
    return await open(path, 'r');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Limits of the shell, taken over by the program: no core dumps, private memory, and processor time on all cores, which
 * ends it even when nobody is left to kill it.
 */
function restrict(maxDecoderBytes: number, maxSeconds: number): string {
  const kilobytes = Math.ceil((maxDecoderBytes + RUNTIME_BYTES) / 1024);
  return `ulimit -c 0; ulimit -d ${kilobytes}; ulimit -t ${maxSeconds * availableParallelism()}; exec "$@"`;
}

function rejectSlow(maxSeconds: number): RejectedError {
  return new RejectedError(
    'TOO_SLOW',
    `The video was not decoded after ${maxSeconds} s. Send it shorter, smaller, or with more key frames.`,
    { maxSeconds },
  );
}
