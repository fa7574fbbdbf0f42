import type { Clock } from './vision-model.ts';

/** Longest wait that is believed; a longer one is a mistake or a quota of another kind. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/**
 * How long a response asks to wait, in ms: `retry-after-ms` (OpenAI, Azure) before `retry-after` in seconds or as an
 * HTTP date (RFC 9110, section 10.2.3). Undefined when it does not say, or says something that cannot be.
 */
export function readRetryAfter(headers: Headers, clock: Clock): number | undefined {
  const ms = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (ms >= 0) return limit(ms);
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return limit(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : limit(date - clock());
}

/** A protobuf duration, e.g. `45.837906927s` of `google.rpc.RetryInfo`, in ms. */
export function readDuration(text: unknown): number | undefined {
  const seconds = typeof text === 'string' ? /^(\d+(?:\.\d{1,9})?)s$/.exec(text)?.[1] : undefined;
  return seconds === undefined ? undefined : limit(Number(seconds) * 1000);
}

function limit(ms: number): number {
  return Math.ceil(Math.min(Math.max(ms, 0), LONGEST_MS));
}
