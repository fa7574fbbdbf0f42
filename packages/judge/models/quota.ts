import type { ProviderQuota, QuotaWindow } from './vision-model.ts';

/**
 * Reads `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as OpenAI and Azure send them: counts per minute, and a
 * duration (`6m0s`, `7.66s`, `20ms`; of Azure, seconds). Undefined when a response says nothing of limits.
 */
export function readQuota(headers: Headers): ProviderQuota | undefined {
  const requests = readWindow(headers, 'requests');
  const tokens = readWindow(headers, 'tokens');
  if (requests === undefined && tokens === undefined) return undefined;
  return { ...(requests && { requests }), ...(tokens && { tokens }) };
}

function readWindow(headers: Headers, what: 'requests' | 'tokens'): QuotaWindow | undefined {
  const limit = readCount(headers.get(`x-ratelimit-limit-${what}`));
  const remaining = readCount(headers.get(`x-ratelimit-remaining-${what}`));
  const resetMs = readReset(headers.get(`x-ratelimit-reset-${what}`));
  if (limit === undefined && remaining === undefined) return undefined;
  return {
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetMs !== undefined && { resetMs }),
  };
}

/** Some servers send -1 for "no limit". */
function readCount(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration as Go prints it, or plain seconds, in ms. */
export function readReset(text: string | null): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000);
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h)){1,4}$/.test(trimmed)) return undefined;
  const parts = trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return Math.ceil(
    [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0),
  );
}
