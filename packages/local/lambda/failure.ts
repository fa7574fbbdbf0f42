import { type InvocationFailure, OUT_OF_MEMORY } from './protocol.ts';

/** A failed invocation: `errorType` and `errorMessage` as Lambda puts them in the function's answer. */
export class FunctionError extends Error {
  readonly functionName: string;
  readonly errorType: string;
  readonly trace: readonly string[];

  constructor(functionName: string, { errorType, errorMessage, trace }: InvocationFailure) {
    super(errorMessage);
    this.name = 'FunctionError';
    this.functionName = functionName;
    this.errorType = errorType;
    this.trace = trace;
  }
}

/** Type of the failure of an invocation that the host's own stop cut off. */
export const STOPPED = 'Runtime.Stopped';

function describe(errorType: string, errorMessage: string, trace: readonly string[] = []): InvocationFailure {
  return { errorType, errorMessage, trace };
}

export function describeTimeout(seconds: number): InvocationFailure {
  return describe('Sandbox.Timedout', `Task timed out after ${seconds} seconds`);
}

export function describeInitTimeout(seconds: number): InvocationFailure {
  return describe(
    'Runtime.InitTimeout',
    `The handler's module did not finish loading within ${seconds} seconds`,
  );
}

export function describeExit(code: number, memoryMb: number): InvocationFailure {
  if (code === OUT_OF_MEMORY) return describeOutOfMemory(memoryMb);
  return describe('Runtime.ExitError', `Runtime exited with error: exit status ${code}`);
}

function describeOutOfMemory(memoryMb: number): InvocationFailure {
  return describe('Runtime.OutOfMemory', `The function used more than its ${memoryMb} MB of memory`);
}

/** What a worker's `error` event means: memory gone, or an exception nobody caught. */
export function describeCrash(
  error: Error & { readonly code?: string },
  memoryMb: number,
): InvocationFailure {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return describeOutOfMemory(memoryMb);
  return describe(
    error.name ?? 'Runtime.Unknown',
    error.message ?? String(error),
    (error.stack ?? '').split('\n'),
  );
}
