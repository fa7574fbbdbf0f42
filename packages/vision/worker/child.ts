import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ConversionAnswer, ConversionRequest } from './protocol.ts';
import { readResidentBytes } from './resident-bytes.ts';

/** What one conversion may cost. */
export interface ProcessLimits {
  /** Memory of the whole process, megabytes (2²⁰ bytes). Held on Linux; elsewhere only V8's own limit holds. */
  readonly memoryMb: number;
  /** From the request to the answer, ms. */
  readonly timeoutMs: number;
}

/** How a conversion in a process of its own ended. */
export type Ending =
  | { readonly kind: 'ANSWERED'; readonly answer: Exclude<ConversionAnswer, { kind: 'READY' }> }
  | { readonly kind: 'TIMEOUT' }
  | { readonly kind: 'OUT_OF_MEMORY' }
  /** It died by itself, by `cause`: a signal or an exit code. */
  | { readonly kind: 'CRASHED'; readonly cause: string }
  /** Somebody else ended it, or it never began to serve. */
  | { readonly kind: 'LOST'; readonly cause: string };

/** A process that converts one file at a time. */
export interface Child {
  /** Conversions that it was given. */
  readonly uses: number;
  readonly alive: boolean;
  /** Never rejects. After any ending but ANSWERED the process is gone. */
  run(request: ConversionRequest, limits: ProcessLimits): Promise<Ending>;
  readResidentBytes(): number | undefined;
  kill(): void;
}

/** Short against the 100 ms in which a process can fill a few hundred megabytes. */
const MEMORY_POLL_MS = 20;
const MEGABYTE = 2 ** 20;
/** The end of what a dying process said is enough to tell a full heap from other deaths. */
const LAST_WORDS = 4096;
const FULL_HEAP = /heap out of memory|allocation failed|invalid array length/i;
/** Signals that people and supervisors send. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL']);

/**
 * Starts a process that has no environment but `env`: it reads what strangers send and is given no credentials.
 * An idle one does not keep its parent alive.
 */
export function startChild(entryUrl: string, env: Readonly<Record<string, string>>): Child {
  const child = fork(fileURLToPath(entryUrl), [], {
    env,
    execArgv: [],
    // Copies typed arrays in one piece.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let uses = 0;
  let alive = true;
  let ready = false;
  let lastWords = '';
  let end: (ending: Ending) => void = () => undefined;

  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('latin1')).slice(-LAST_WORDS);
  });
  child.on('message', (answer: ConversionAnswer) => {
    if (answer.kind === 'READY') ready = true;
    else end({ kind: 'ANSWERED', answer });
  });
  const die = (cause: string, ending: Ending) => {
    alive = false;
    end(ready ? ending : { kind: 'LOST', cause: `${cause} ${lastWords}`.trim() });
  };
  child.once('error', (error) => die(error.message, { kind: 'LOST', cause: error.message }));
  child.once('close', (code, signal) => {
    const cause = signal ?? `exit code ${code}`;
    die(cause, explainDeath(cause, lastWords));
  });
  hold(child, false);

  return {
    get uses() {
      return uses;
    },
    get alive() {
      return alive && child.connected;
    },
    readResidentBytes: () => (child.pid === undefined ? undefined : readResidentBytes(child.pid)),
    kill: () => void child.kill('SIGKILL'),
    run: async (request, { memoryMb, timeoutMs }) => {
      uses += 1;
      hold(child, true);
      const { promise, resolve } = Promise.withResolvers<Ending>();
      end = resolve;
      const stop = (ending: Ending) => {
        alive = false;
        child.kill('SIGKILL');
        resolve(ending);
      };
      const deadline = setTimeout(() => stop({ kind: 'TIMEOUT' }), timeoutMs);
      const watch = setInterval(() => {
        const bytes = child.pid === undefined ? undefined : readResidentBytes(child.pid);
        if (bytes !== undefined && bytes > memoryMb * MEGABYTE) stop({ kind: 'OUT_OF_MEMORY' });
      }, MEMORY_POLL_MS);
      if (child.connected) child.send(request, (error) => error && lose(error, resolve));
      else resolve({ kind: 'LOST', cause: 'the process was gone' });
      try {
        return await promise;
      } finally {
        clearTimeout(deadline);
        clearInterval(watch);
        end = () => undefined;
        hold(child, false);
      }
    },
  };
}

/** A request that can't be delivered: the death of the process says more, and comes at once. */
function lose(error: Error, resolve: (ending: Ending) => void): void {
  setTimeout(() => resolve({ kind: 'LOST', cause: error.message }), 1000);
}

function explainDeath(cause: string, lastWords: string): Ending {
  if (FULL_HEAP.test(lastWords)) return { kind: 'OUT_OF_MEMORY' };
  return { kind: FROM_OUTSIDE.has(cause) ? 'LOST' : 'CRASHED', cause };
}

/** Whether the parent waits for this process before it ends. */
function hold(child: ChildProcess, isHeld: boolean): void {
  const method = isHeld ? 'ref' : 'unref';
  child[method]();
  child.channel?.[method]();
  // A pipe is a socket, whose type in ChildProcess does not say so.
  const stderr = child.stderr as (typeof child.stderr & { ref?: () => void; unref?: () => void }) | null;
  stderr?.[method]?.();
}
