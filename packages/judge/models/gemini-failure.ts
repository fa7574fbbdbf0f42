import type { ProviderFailure } from './call.ts';
import { type FailedResponse, pick } from './failed-response.ts';
import type { ModelErrorCode } from './model-error.ts';
import { readDuration } from './retry-after.ts';
import type { ProviderQuota } from './vision-model.ts';

/**
 * Reads a Google API error, `{error: {code, message, status, details}}` (google.rpc.Status). A wrong key comes as 400
 * with reason API_KEY_INVALID; the wait of a 429 comes in `google.rpc.RetryInfo`, not in a header.
 */
export function describeGeminiFailure({ body }: FailedResponse): ProviderFailure {
  // Some endpoints wrap the object in an array.
  const error = pick(Array.isArray(body) ? body[0] : body, 'error');
  const message = pick(error, 'message');
  const details = pick(error, 'details');
  const list: readonly unknown[] = Array.isArray(details) ? details : [];
  const retryDelay = list
    .map((detail) => readDuration(pick(detail, 'retryDelay')))
    .find((ms) => ms !== undefined);
  return {
    code: readCode(pick(error, 'status'), list),
    message: typeof message === 'string' ? message : undefined,
    retryAfterMs: retryDelay,
    quota: readQuotaOf(list),
  };
}

/** Google states a limit only when it is hit: `quotaId` names what is counted, `quotaValue` how much of it. */
function readQuotaOf(details: readonly unknown[]): ProviderQuota | undefined {
  const lists = details.map((detail) => pick(detail, 'violations')).filter((list) => Array.isArray(list));
  const perMinute = lists.flat().filter((violation) => /PerMinute/.test(String(pick(violation, 'quotaId'))));
  const windows = perMinute.flatMap((violation) => {
    const limit = Number(pick(violation, 'quotaValue'));
    const what = /Token/.test(String(pick(violation, 'quotaId'))) ? 'tokens' : 'requests';
    return Number.isFinite(limit) && limit > 0 ? [[what, { limit }]] : [];
  });
  return windows.length === 0 ? undefined : Object.fromEntries(windows);
}

function readCode(status: unknown, details: readonly unknown[]): ModelErrorCode | undefined {
  const reasons = details.map((detail) => pick(detail, 'reason'));
  if (reasons.includes('API_KEY_INVALID')) return 'AUTHENTICATION';
  if (status === 'RESOURCE_EXHAUSTED' && details.some(isDailyQuota)) return 'QUOTA_EXHAUSTED';
  if (status === 'DEADLINE_EXCEEDED') return 'TIMEOUT';
  return undefined;
}

/** A quota by the day does not come back within the minutes that a retry waits. */
function isDailyQuota(detail: unknown): boolean {
  const violations = pick(detail, 'violations');
  return (
    Array.isArray(violations) &&
    violations.some((violation) => /PerDay/.test(String(pick(violation, 'quotaId'))))
  );
}
