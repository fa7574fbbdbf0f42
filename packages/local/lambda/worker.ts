import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { COMPILE_CACHE } from '../compile-cache.ts';
import {
  type Breakdown,
  type InvocationFailure,
  type InvokeMessage,
  OUT_OF_MEMORY,
  type WorkerMessage,
  type WorkerSettings,
} from './protocol.ts';

/** Runs inside a worker thread: imports one handler, then answers one invocation at a time. */

type Handler = (event: unknown, context: InvocationContext) => unknown;

/** The part of Lambda's context object that Node 24 handlers are given. */
interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

const settings = workerData as WorkerSettings;

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function describeError(error: unknown): InvocationFailure {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = (error.stack ?? '').split('\n');
  return { errorType: error.name, errorMessage: error.message, trace };
}

async function load(): Promise<Handler> {
  const module: Record<string, unknown> = await import(settings.moduleUrl);
  const handler = module[settings.exportName];
  if (typeof handler !== 'function') {
    const error = new Error(`${settings.exportName} is not a function exported by ${settings.moduleUrl}`);
    error.name = 'Runtime.HandlerNotFound';
    throw error;
  }
  return handler as Handler;
}

function describeContext({ requestId, deadline }: InvokeMessage): InvocationContext {
  return {
    awsRequestId: requestId,
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.invokedFunctionArn,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: `/aws/lambda/${settings.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** Ends this thread, or stops it until the host ends it. */
function breakDown(kind: Breakdown['kind']): never {
  if (kind === 'freeze') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  process.exit(kind === 'out-of-memory' ? OUT_OF_MEMORY : 1);
}

async function answer(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId, breakdown } = message;
  if (breakdown !== undefined) setTimeout(() => breakDown(breakdown.kind), breakdown.afterMs);
  try {
    const result = await handler(JSON.parse(message.payload), describeContext(message));
    if (breakdown !== undefined) breakDown(breakdown.kind);
    post({ kind: 'result', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    post({ kind: 'error', requestId, failure: describeError(error) });
  }
}

enableCompileCache(COMPILE_CACHE);
try {
  const handler = await load();
  parentPort?.on('message', (message: InvokeMessage) => void answer(handler, message));
  post({ kind: 'ready' });
  // A worker is ended without leaving its cache behind.
  flushCompileCache();
} catch (error) {
  post({ kind: 'init-error', failure: describeError(error) });
}
