import type { ModelError, PaceReport, ProviderQuota } from '@loupe/judge';

/** What a call's end tells everybody who shares the credential: an answer, a refusal, or a sign of an outage. */
export function describeEnd(quota: ProviderQuota | undefined, error?: ModelError): PaceReport {
  const stated = { requests: quota?.requests?.limit, tokens: quota?.tokens?.limit };
  if (error === undefined) return { kind: 'ANSWERED', ...stated };
  switch (error.code) {
    case 'RATE_LIMITED':
      return { kind: 'REFUSED', retryAfterMs: error.retryAfterMs, byTokens: isAboutTokens(quota), ...stated };
    case 'OVERLOADED':
    case 'TIMEOUT':
    case 'NETWORK':
    case 'ABORTED':
      return { kind: 'FAILED' };
    default:
      // Refused for its own sake: the provider is there.
      return { kind: 'ANSWERED', ...stated };
  }
}

/** Calls are left, so it must have been tokens. */
function isAboutTokens(quota: ProviderQuota | undefined): boolean {
  if (quota?.tokens === undefined) return false;
  return quota.requests === undefined || (quota.requests.remaining ?? 0) > 0;
}
