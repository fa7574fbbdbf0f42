import { type FailedResponse, watchResponses } from './failed-response.ts';
import { ModelError, type ModelErrorCode } from './model-error.ts';
import { quoteProvider } from './provider-words.ts';
import { readQuota } from './quota.ts';
import { readRetryAfter } from './retry-after.ts';
import type { Clock, ProviderQuota } from './vision-model.ts';

/** What one call needs from its surroundings. */
export interface CallSetting {
  readonly provider: string;
  readonly apiKey: string;
  /** Longest wait for the whole response, in ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Reads what only this provider says in an error response. */
  readonly read: (failure: FailedResponse) => ProviderFailure;
}

export interface ProviderFailure {
  /** Overrides the code that the HTTP status gives. */
  readonly code?: ModelErrorCode | undefined;
  readonly message?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The request's parameter it is about. */
  readonly parameter?: string | undefined;
  /** The limit it speaks of, where it does not stand in the headers. */
  readonly quota?: ProviderQuota | undefined;
}

/** An SDK's result with what the response's headers say of limits. */
export interface Called<Result> {
  readonly result: Result;
  readonly quota: ProviderQuota | undefined;
}

/**
 * Runs one SDK call under a deadline and turns whatever it throws into a ModelError.
 *
 * @param run makes the call with the `fetch` and signal given to it.
 */
export async function callProvider<Result>(
  setting: CallSetting,
  signal: AbortSignal,
  run: (fetchOnce: typeof fetch, signal: AbortSignal) => Promise<Result>,
): Promise<Called<Result>> {
  const deadline = startDeadline(setting.timeoutMs, signal);
  const watched = watchResponses();
  try {
    const result = await run(watched.fetch, deadline.signal);
    return { result, quota: readQuota(watched.lastHeaders()) };
  } catch (error) {
    if (error instanceof ModelError) throw error;
    if (signal.aborted) throw new ModelError('ABORTED', 'The call was called off.', { cause: signal.reason });
    if (deadline.signal.aborted) {
      throw new ModelError('TIMEOUT', `${setting.provider} did not answer within ${setting.timeoutMs} ms.`, {
        cause: error,
      });
    }
    const failure = watched.lastFailure();
    if (failure !== undefined) throw describeFailure(setting, failure, error);
    throw describeBreak(setting, error);
  } finally {
    deadline.clear();
  }
}

/**
 * A signal that ends with another one or with the time. Node keeps a signal of `AbortSignal.timeout` or `any` that an SDK
 * listened to, and all that hangs on it, until the time is over, however long ago the call ended.
 */
function startDeadline(ms: number, signal: AbortSignal): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const end = () => controller.abort(signal.reason);
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    },
  };
}

/** The error of a response whose status says that the call failed. */
export function describeFailure(setting: CallSetting, failure: FailedResponse, cause?: unknown): ModelError {
  const said = setting.read(failure);
  const message = quoteProvider(said.message ?? failure.text, setting.apiKey) || 'no reason given';
  const retryAfterMs = said.retryAfterMs ?? readRetryAfter(failure.headers, setting.clock);
  const requestId = failure.headers.get('x-request-id') ?? failure.headers.get('apim-request-id');
  const quota = said.quota ?? readQuota(failure.headers);
  return new ModelError(
    said.code ?? codeOfStatus(failure.status),
    `${setting.provider} answered ${failure.status}: ${message}`,
    {
      status: failure.status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(said.parameter === undefined ? {} : { parameter: said.parameter }),
      ...(requestId === null ? {} : { requestId }),
      ...(quota === undefined ? {} : { quota }),
      cause,
    },
  );
}

/** Nothing, or nothing whole, came back. */
function describeBreak(setting: CallSetting, cause: unknown): ModelError {
  // A body that is whole but is no JSON; one that broke off fails in fetch, as a TypeError.
  if (cause instanceof SyntaxError) {
    return new ModelError('BAD_RESPONSE', `${setting.provider} sent something that is not JSON.`, { cause });
  }
  return new ModelError('NETWORK', `${setting.provider} could not be reached, or the connection broke.`, {
    cause,
  });
}

function codeOfStatus(status: number): ModelErrorCode {
  if (status === 401) return 'AUTHENTICATION';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 402) return 'QUOTA_EXHAUSTED';
  if (status === 404) return 'MODEL_NOT_FOUND';
  if (status === 408 || status === 504) return 'TIMEOUT';
  if (status === 429) return 'RATE_LIMITED';
  return status >= 500 ? 'OVERLOADED' : 'BAD_REQUEST';
}
