import type { ProviderQuota, TokenUsage } from './messages.ts';

/** Every way a model call can fail, and whether the same call may work later. */
export const MODEL_ERRORS = {
  ABORTED: { retryable: false },
  AUTHENTICATION: { retryable: false },
  BAD_REQUEST: { retryable: false },
  BAD_RESPONSE: { retryable: true },
  CONTENT_FILTERED: { retryable: false },
  MODEL_NOT_CONFIGURED: { retryable: false },
  MODEL_NOT_FOUND: { retryable: false },
  MODEL_UNKNOWN: { retryable: false },
  NETWORK: { retryable: true },
  OVERLOADED: { retryable: true },
  PERMISSION_DENIED: { retryable: false },
  PRICE_UNKNOWN: { retryable: false },
  QUOTA_EXHAUSTED: { retryable: false },
  RATE_LIMITED: { retryable: true },
  SPEND_LIMIT: { retryable: false },
  TIMEOUT: { retryable: true },
  TOO_MANY_IMAGES: { retryable: false },
} as const;

export type ModelErrorCode = keyof typeof MODEL_ERRORS;

/** What a judgement had used up when it failed. */
export interface Spent {
  readonly rawAnswers: readonly string[];
  readonly usage: TokenUsage | null;
  readonly costMicroUsd: number | null;
}

export interface ModelErrorDetails {
  /** HTTP status, when there was a response. */
  readonly status?: number;
  /** How long the provider asks to wait, in ms. */
  readonly retryAfterMs?: number;
  /** The request's parameter that the provider objects to, where it names one. */
  readonly parameter?: string;
  /** The provider's id of the request, for its support. */
  readonly requestId?: string;
  /** What the response says of limits. */
  readonly quota?: ProviderQuota;
  readonly spent?: Spent;
  readonly cause?: unknown;
}

/** A model call that gave no answer. The message is for people and holds no credential. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly parameter: string | undefined;
  readonly requestId: string | undefined;
  readonly quota: ProviderQuota | undefined;
  /** Set where an earlier call of the same judgement was answered, and so paid for. */
  readonly spent: Spent | undefined;

  constructor(code: ModelErrorCode, message: string, details: ModelErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ModelError';
    this.code = code;
    this.retryable = MODEL_ERRORS[code].retryable;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.parameter = details.parameter;
    this.requestId = details.requestId;
    this.quota = details.quota;
    this.spent = details.spent;
  }

  /** The same error, with what the judgement had used up before it. */
  withSpent(spent: Spent): ModelError {
    const { status, retryAfterMs, parameter, requestId, quota, cause } = this;
    return new ModelError(this.code, this.message, {
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(parameter === undefined ? {} : { parameter }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(quota === undefined ? {} : { quota }),
      spent,
      cause,
    });
  }
}
