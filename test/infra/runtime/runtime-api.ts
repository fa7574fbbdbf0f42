import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isolateEnvironment } from '../environment.ts';
import { tools } from '../paths.ts';

export interface HostedFunction {
  readonly name: string;
  /** Folder with `bundle.mjs`, which exports `handler`. */
  readonly taskRoot: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

export type Answer =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: string };

interface Invocation {
  readonly id: string;
  readonly payload: string;
  readonly settle: (answer: Answer) => void;
}

/** A function under AWS's own runtime client: one process of it, for one invocation at a time. */
export interface RunningFunction {
  /** From the start of the process to its first request for work: what Lambda reports as init. */
  readonly initMs: number;
  readonly processId: number;
  invoke(payload: string): Promise<Answer>;
  stop(): void;
}

/**
 * Starts `aws-lambda-ric` with the bundle against a Runtime API (2018-06-01) of its own.
 * @throws Error with what the client reported when the bundle does not initialise
 */
export async function startFunction(
  hosted: HostedFunction,
  environment: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<RunningFunction> {
  const waiting: Invocation[] = [];
  const running = new Map<string, Invocation>();
  const ready = Promise.withResolvers<number>();
  let idle: ServerResponse | undefined;
  let child: ChildProcess | undefined;

  function failEverything(error: string): void {
    ready.reject(new Error(`${hosted.name}: ${error}`));
    for (const invocation of [...running.values(), ...waiting.splice(0)])
      invocation.settle({ ok: false, error });
    running.clear();
  }

  function serve(): void {
    const invocation = idle && waiting.shift();
    if (!idle || !invocation) return;
    running.set(invocation.id, invocation);
    idle
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.id,
        'lambda-runtime-deadline-ms': String(Date.now() + hosted.timeoutSeconds * 1000),
        'lambda-runtime-invoked-function-arn': `arn:aws:lambda:us-east-1:000000000000:function:${hosted.name}`,
      })
      .end(invocation.payload);
    idle = undefined;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const [area, id = '', kind] = (request.url ?? '').replace('/2018-06-01/runtime/', '').split('/');
    if (area === 'invocation' && id === 'next') {
      ready.resolve(performance.now() - startedAt);
      idle = response;
      return serve();
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (area === 'init') return failEverything(body);
    running.get(id)?.settle(kind === 'response' ? { ok: true, payload: body } : { ok: false, error: body });
    running.delete(id);
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const startedAt = performance.now();
  child = spawn(process.execPath, [join(tools, 'node_modules', 'aws-lambda-ric', 'index.mjs')], {
    cwd: hosted.taskRoot,
    env: isolateEnvironment({
      ...environment,
      _HANDLER: 'bundle.handler',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(hosted.memoryMb),
      AWS_LAMBDA_FUNCTION_NAME: hosted.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${hosted.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      LAMBDA_TASK_ROOT: hosted.taskRoot,
      NODE_OPTIONS: `--max-old-space-size=${hosted.memoryMb}`,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', log);
  child.once('exit', (code, signal) => failEverything(`The runtime ended with ${code ?? signal}.`));

  function stop(): void {
    // Before its server goes: the client would print that it lost it.
    child?.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  }

  try {
    const initMs = await ready.promise;
    return {
      initMs,
      processId: child.pid ?? 0,
      stop,
      invoke: (payload) =>
        new Promise((settle) => {
          waiting.push({ id: randomUUID(), payload, settle });
          serve();
        }),
    };
  } catch (error) {
    stop();
    throw error;
  }
}
