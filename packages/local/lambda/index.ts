import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionResource } from '@loupe/core/resources';
import { type Faults, NO_FAULTS } from '../faults.ts';
import { FunctionError, STOPPED } from './failure.ts';
import { type Instance, startInstance } from './instance.ts';
import { createPool, type Pool } from './pool.ts';
import type { Breakdown, InvocationFailure } from './protocol.ts';

export { FunctionError } from './failure.ts';

/** AWS's limit on the request and on the response of a synchronous invocation. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Most functions of a pipeline take about as long, so that a fault meets all of their steps. */
const LATEST_BREAKDOWN_MS = 300;

export interface LambdaOptions {
  readonly functions: readonly FunctionResource[];
  /** Folder the handlers' paths are relative to. */
  readonly root: string;
  readonly region: string;
  readonly accountId: string;
  /** The whole `process.env` of every handler, apart from the names Lambda itself sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Most workers per function. Default 4. */
  readonly workersPerFunction?: number;
  /** A worker unused for so long is stopped. Default 10 minutes. */
  readonly idleMs?: number;
  /** How long a handler's module may take to load, apart from the function's own timeout. Default 30. */
  readonly initTimeoutSeconds?: number;
  /** Of these, the `lambda.` ones. */
  readonly faults?: Faults;
  /** Functions no fault happens to. */
  readonly spared?: ReadonlySet<string>;
  /** One line from a function: what it printed, or why an invocation failed. */
  readonly log: (functionName: string, line: string) => void;
}

export interface Lambda {
  /**
   * Runs a function and returns its answer. Throws `FunctionError` when the handler threw, exited, ran out of
   * time or memory, could not be loaded, or when a payload is over 6 MiB.
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** From now on invocations run the handlers' files as they are now; what runs ends on the old ones. */
  reload(): void;
  /** Ends every worker at once; what they were doing fails. */
  stop(): Promise<void>;
}

/** Runs the functions' `.ts` handlers on worker threads, one invocation at a time per worker. */
export function createLambda(options: LambdaOptions): Lambda {
  const functions = new Map(options.functions.map((resource) => [resource.name, resource]));
  const pools = new Map<string, Pool>();

  function findPool(resource: FunctionResource): Pool {
    const existing = pools.get(resource.name);
    if (existing !== undefined) return existing;
    const pool = createPool({
      start: () => start(resource, options),
      size: options.workersPerFunction ?? 4,
      idleMs: options.idleMs ?? 10 * 60_000,
    });
    pools.set(resource.name, pool);
    return pool;
  }

  async function invoke(functionName: string, event: unknown): Promise<unknown> {
    const resource = functions.get(functionName);
    if (resource === undefined) throw new Error(`No function is declared under the name ${functionName}.`);
    const payload = JSON.stringify(event) ?? 'null';
    checkPayload(functionName, payload, 'RequestTooLarge', 'Request');
    const breakdown = options.spared?.has(functionName)
      ? undefined
      : drawBreakdown(options.faults ?? NO_FAULTS);
    const outcome = await findPool(resource).use((instance) =>
      instance.invoke(randomUUID(), payload, breakdown),
    );
    if (!outcome.ok) {
      if (outcome.failure.errorType !== STOPPED) logFailure(functionName, outcome.failure);
      throw new FunctionError(functionName, outcome.failure);
    }
    checkPayload(functionName, outcome.payload, 'Function.ResponseSizeTooLarge', 'Response');
    return JSON.parse(outcome.payload);
  }

  function logFailure(functionName: string, { errorType, errorMessage, trace }: InvocationFailure): void {
    options.log(functionName, `${errorType}: ${errorMessage}`);
    for (const line of trace.slice(1)) options.log(functionName, line);
  }

  return {
    invoke,
    reload: () => {
      for (const pool of pools.values()) pool.renew();
    },
    stop: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
}

function drawBreakdown(faults: Faults): Breakdown | undefined {
  const kind = (['exit', 'freeze', 'out-of-memory'] as const).find((one) => faults.happens(`lambda.${one}`));
  return kind && { kind, afterMs: LATEST_BREAKDOWN_MS * faults.draw() };
}

function start(resource: FunctionResource, options: LambdaOptions): Instance {
  const { name, handler, memoryMb, timeoutSeconds } = resource;
  const [file = '', exportName = 'handler'] = handler.split('#');
  return startInstance({
    moduleUrl: pathToFileURL(join(options.root, file)).href,
    exportName,
    functionName: name,
    invokedFunctionArn: `arn:aws:lambda:${options.region}:${options.accountId}:function:${name}`,
    memoryMb,
    timeoutSeconds,
    initTimeoutSeconds: options.initTimeoutSeconds ?? 30,
    environment: {
      ...options.environment,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    },
    log: (line) => options.log(name, line),
  });
}

function checkPayload(functionName: string, payload: string, errorType: string, what: string): void {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw new FunctionError(functionName, {
    errorType,
    errorMessage: `${what} payload size exceeded maximum allowed payload size (${bytes} of ${MAX_PAYLOAD_BYTES} bytes).`,
    trace: [],
  });
}
