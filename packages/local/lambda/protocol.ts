/** What the host and its workers say to each other. Payloads cross as JSON text, as they do in Lambda. */

export interface WorkerSettings {
  /** `file:` URL of the module that exports the handler. */
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly memoryMb: number;
}

export interface InvokeMessage {
  readonly requestId: string;
  readonly payload: string;
  /** Milliseconds since the epoch, by the machine's clock. */
  readonly deadline: number;
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
