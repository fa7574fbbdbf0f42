import type { PaceReport } from '../pace.ts';

/** How a simulated provider counts, and what it says of it. */
export interface ProviderKind {
  /** `BUCKET` is refilled all the time; `WINDOW` looks back over a minute. */
  readonly counts: 'BUCKET' | 'WINDOW';
  /** What a bucket holds, in seconds of the limit. */
  readonly bucketSeconds?: number;
  /** The limit stands in the headers of every answer, only in a refusal, or nowhere. */
  readonly states: 'ALWAYS' | 'WHEN_REFUSED' | 'NEVER';
  /** Limits tokens besides calls. */
  readonly tokensPerMinute?: number;
}

export const PROVIDERS = {
  /** OpenAI as documented: a bucket of a minute, limits in headers. */
  headers: { counts: 'BUCKET', bucketSeconds: 60, states: 'ALWAYS' },
  /** Azure OpenAI: limits in headers, held over short stretches. */
  strict: { counts: 'BUCKET', bucketSeconds: 3, states: 'ALWAYS' },
  /** Gemini: a minute's window, the limit only in a refusal. */
  window: { counts: 'WINDOW', states: 'WHEN_REFUSED' },
  /** A server that says nothing but 429. */
  silent: { counts: 'BUCKET', bucketSeconds: 10, states: 'NEVER' },
} as const satisfies Record<string, ProviderKind>;

const MINUTE_MS = 60_000;

/** Answers calls with 200 or 429 as the limit of `perMinute` calls has it. */
export function createProvider(kind: ProviderKind, perMinute: number) {
  const calls = createCounter(kind, perMinute);
  const tokens = kind.tokensPerMinute === undefined ? undefined : createCounter(kind, kind.tokensPerMinute);
  const stated = { requests: perMinute, tokens: kind.tokensPerMinute };

  return function call(now: number, size: number): PaceReport {
    const waits = [calls.wait(now, 1), tokens?.wait(now, size) ?? 0] as const;
    const wait = Math.max(...waits);
    if (wait > 0) {
      return {
        kind: 'REFUSED',
        retryAfterMs: Math.ceil(wait),
        byTokens: waits[1] > waits[0],
        ...(kind.states === 'NEVER' ? {} : stated),
      };
    }
    calls.take(now, 1);
    tokens?.take(now, size);
    return { kind: 'ANSWERED', ...(kind.states === 'ALWAYS' ? stated : {}) };
  };
}

interface Counter {
  /** Until so much is free, in ms; 0 when it is now. */
  readonly wait: (now: number, amount: number) => number;
  readonly take: (now: number, amount: number) => void;
}

function createCounter(kind: ProviderKind, perMinute: number): Counter {
  return kind.counts === 'BUCKET'
    ? createBucket(perMinute, kind.bucketSeconds ?? 60)
    : createWindow(perMinute);
}

function createBucket(perMinute: number, seconds: number): Counter {
  const perMs = perMinute / MINUTE_MS;
  const most = Math.max(2, perMs * seconds * 1000);
  let level = most;
  let at = 0;
  const fill = (now: number) => {
    level = Math.min(most, level + (now - at) * perMs);
    at = now;
  };
  return {
    wait: (now, amount) => {
      fill(now);
      return level >= amount ? 0 : (amount - level) / perMs;
    },
    take: (_, amount) => {
      level -= amount;
    },
  };
}

function createWindow(perMinute: number): Counter {
  const taken: { at: number; amount: number }[] = [];
  let sum = 0;
  const drop = (now: number) => {
    while (taken[0] !== undefined && taken[0].at <= now - MINUTE_MS) sum -= taken.shift()?.amount ?? 0;
  };
  return {
    wait: (now, amount) => {
      drop(now);
      return sum + amount <= perMinute ? 0 : Math.max(1, (taken[0]?.at ?? now) + MINUTE_MS - now);
    },
    take: (at, amount) => {
      taken.push({ at, amount });
      sum += amount;
    },
  };
}
