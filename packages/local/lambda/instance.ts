import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { describeCrash, describeExit, describeInitTimeout, describeTimeout, STOPPED } from './failure.ts';
import type {
  Breakdown,
  InvocationFailure,
  InvokeMessage,
  WorkerMessage,
  WorkerSettings,
} from './protocol.ts';

export interface InstanceOptions extends WorkerSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly initTimeoutSeconds: number;
  /** One line the handler wrote to stdout or stderr. */
  readonly log: (line: string) => void;
}

/** V8 would let every busy worker's young generation grow to 48 MB and keep that: a third of the cloud's memory. */
const YOUNG_GENERATION_MB = 16;

type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly failure: InvocationFailure };

/** One warm copy of a function, for one invocation at a time. */
export interface Instance {
  /** Never rejects. After a failure of the runtime itself (exit, timeout, memory) the instance is dead. */
  invoke(requestId: string, payload: string, breakdown?: Breakdown): Promise<Outcome>;
  readonly dead: boolean;
  stop(): Promise<void>;
}

/** Starts a worker thread with the handler; the import begins at once. */
export function startInstance(options: InstanceOptions): Instance {
  const { environment, timeoutSeconds, initTimeoutSeconds, log, ...settings } = options;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: settings satisfies WorkerSettings,
    env: { ...environment },
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: settings.memoryMb,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });
  for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', log);

  let dead = false;
  let settle: (outcome: Outcome) => void = () => undefined;
  const ready = Promise.withResolvers<Outcome>();

  function die(failure: InvocationFailure): void {
    if (dead) return;
    dead = true;
    ready.resolve({ ok: false, failure });
    settle({ ok: false, failure });
    void worker.terminate();
  }

  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') ready.resolve({ ok: true, payload: '' });
    else if (message.kind === 'init-error') die(message.failure);
    else if (message.kind === 'result') settle({ ok: true, payload: message.payload });
    else settle({ ok: false, failure: message.failure });
  });
  worker.on('error', (error: Error) => die(describeCrash(error, settings.memoryMb)));
  worker.on('exit', (code) => die(describeExit(code, settings.memoryMb)));

  async function waitUntilReady(): Promise<Outcome> {
    const timer = setTimeout(() => die(describeInitTimeout(initTimeoutSeconds)), initTimeoutSeconds * 1000);
    const outcome = await ready.promise;
    clearTimeout(timer);
    return outcome;
  }

  async function invoke(requestId: string, payload: string, breakdown?: Breakdown): Promise<Outcome> {
    const started = await waitUntilReady();
    if (!started.ok) return started;
    return new Promise((resolve) => {
      const timer = setTimeout(() => die(describeTimeout(timeoutSeconds)), timeoutSeconds * 1000);
      settle = (outcome) => {
        clearTimeout(timer);
        settle = () => undefined;
        resolve(outcome);
      };
      const deadline = Date.now() + timeoutSeconds * 1000;
      worker.postMessage({ requestId, payload, deadline, breakdown } satisfies InvokeMessage);
    });
  }

  return {
    invoke,
    get dead() {
      return dead;
    },
    stop: async () => {
      die({ errorType: STOPPED, errorMessage: 'The local cloud is stopping', trace: [] });
      await worker.terminate();
    },
  };
}
