import type { ModelUsage } from '@loupe/core/inspection';
import type { Failure } from '@loupe/core/platform';
import { ModelError, type ModelErrorCode } from '@loupe/judge';
import { PacedError } from './guard-calls.ts';
import { TenantSuspendedError } from './start-guard.ts';

/**
 * What a tenant is told when a model gave no answer. The provider's own words can name the operator's account and
 * stay in the log.
 */
const sentences: Readonly<Record<ModelErrorCode, string>> = {
  // The only one who calls off a judgement is the clock.
  ABORTED: 'The model did not answer in time.',
  AUTHENTICATION: 'The provider refused the key that is configured here. Tell the operator.',
  BAD_REQUEST: 'The provider refused the request. Choose another model, or fewer or smaller pictures.',
  BAD_RESPONSE: "The provider's answer could not be read.",
  CONTENT_FILTERED: "The provider's filter turned the pictures or the prompt away.",
  MODEL_NOT_CONFIGURED: 'No key is configured here for the model of the profile. Choose another model.',
  MODEL_NOT_FOUND: 'The provider does not know the model of the profile. Choose another model.',
  MODEL_UNKNOWN: 'The model of the profile is not known. Choose another model.',
  NETWORK: 'The provider could not be reached.',
  OVERLOADED: 'The provider is overloaded.',
  PERMISSION_DENIED:
    'The key that is configured here may not use the model of the profile. Tell the operator.',
  PRICE_UNKNOWN:
    'The profile or the tenant has a spending limit, and what the model costs is not known here. Tell the operator.',
  QUOTA_EXHAUSTED: "The provider's quota for the key that is configured here is used up. Tell the operator.",
  RATE_LIMITED: 'The provider limits how often it can be asked.',
  SPEND_LIMIT:
    'The spending limit of the profile or the tenant leaves too little for this call. Raise it, or wait until it starts anew.',
  TIMEOUT: 'The model did not answer in time.',
  TOO_MANY_IMAGES: 'The model takes fewer pictures in a call. Use fewer references.',
};

const RETRY_HINT = ' Create the inspection again later.';

export function explainFailure(error: unknown): Failure {
  if (error instanceof TenantSuspendedError) {
    return {
      code: 'TENANT_SUSPENDED',
      message: 'The tenant was suspended before its turn came. Ask again once it is back at work.',
      retryable: true,
    };
  }
  const { code, message, retryable } = describeError(error);
  if (code === 'INTERNAL') {
    return {
      code,
      message: `${message} Create the inspection again; if it fails again, report its id.`,
      retryable,
    };
  }
  return { code, message: message + (retryable ? RETRY_HINT : ''), retryable };
}

/** The same for one who waits while it is tried again. */
export function explainWait(error: unknown): Failure {
  if (!(error instanceof PacedError)) return describeError(error);
  const message = 'It waits for its place in the limits of the provider.';
  return { code: 'RATE_LIMITED', message, retryable: true };
}

function describeError(error: unknown): Failure {
  if (!(error instanceof ModelError)) {
    return { code: 'INTERNAL', message: 'Judging failed on our side.', retryable: true };
  }
  const code = error.code === 'ABORTED' ? 'TIMEOUT' : error.code;
  return { code, message: sentences[error.code], retryable: error.retryable || code === 'TIMEOUT' };
}

/** What a failed judgement had used up before it failed. */
export function readSpent(error: unknown, model: string): ModelUsage | undefined {
  if (!(error instanceof ModelError) || !error.spent) return undefined;
  const { usage, costMicroUsd } = error.spent;
  return {
    modelVersion: model,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
    costMicroUsd: costMicroUsd ?? undefined,
  };
}
