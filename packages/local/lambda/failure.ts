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

export function describeTimeout(seconds: number): InvocationFailure {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `Task timed out after ${seconds} seconds`,
    trace: [],
  };
}

export function describeInitTimeout(seconds: number): InvocationFailure {
  return {
    errorType: 'Runtime.InitTimeout',
    errorMessage: `The handler's module did not finish loading within ${seconds} seconds`,
    trace: [],
  };
}

export function describeExit(code: number, memoryMb: number): InvocationFailure {
  if (code === OUT_OF_MEMORY) return describeOutOfMemory(memoryMb);
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `Runtime exited with error: exit status ${code}`,
    trace: [],
  };
}

function describeOutOfMemory(memoryMb: number): InvocationFailure {
  return {
    errorType: 'Runtime.OutOfMemory',
    errorMessage: `The function used more than its ${memoryMb} MB of memory`,
    trace: [],
  };
}

/** What a worker's `error` event means: memory gone, or an exception nobody caught. */
export function describeCrash(
  error: Error & { readonly code?: string },
  memoryMb: number,
): InvocationFailure {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return describeOutOfMemory(memoryMb);
  return {
    errorType: error.name ?? 'Runtime.Unknown',
    errorMessage: error.message ?? String(error),
    trace: (error.stack ?? '').split('\n'),
  };
}
