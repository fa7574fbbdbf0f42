/** What the host and its workers say to each other. Payloads cross as JSON text, as they do in Lambda. */

/** Exit code by which a worker says that its memory ran out, for a fault on purpose. */
export const OUT_OF_MEMORY = 137;

export interface WorkerSettings {
  /** `file:` URL of the module that exports the handler. */
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly memoryMb: number;
}

/** A fault on purpose: so the invocation ends `afterMs` after its start, or at its end if that comes sooner. */
export interface Breakdown {
  readonly kind: 'exit' | 'freeze' | 'out-of-memory';
  readonly afterMs: number;
}

export interface InvokeMessage {
  readonly requestId: string;
  readonly payload: string;
  /** Milliseconds since the epoch, by the machine's clock. */
  readonly deadline: number;
  readonly breakdown?: Breakdown | undefined;
}

/** An error as Lambda reports it in a function's response. */
export interface InvocationFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-error'; readonly failure: InvocationFailure }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly failure: InvocationFailure };
