/** What is known of one limit of a provider's, in calls or in tokens per minute. */
export interface Limit {
  /** How much is let through per minute. */
  readonly perMinute: number;
  /** ASSUMED: a first guess. STATED: the provider says so. LEARNT: found out from its refusals. */
  readonly source: 'ASSUMED' | 'STATED' | 'LEARNT';
  /** What the provider states. */
  readonly stated?: number | undefined;
  /** How often it was made smaller. */
  readonly cuts: number;
  /** When it was last made smaller, epoch ms; 0 when never. */
  readonly cutAt: number;
  /** Calls let through since then. */
  readonly callsSinceCut: number;
}

/** Of a stated limit this much is used: clocks, networks and other servers are not quite in step. */
const USED_OF_STATED = 0.992;
/** First guess: slow enough for the smallest tiers of providers. */
const FIRST_CALLS_PER_MINUTE = 60;
/** Growth per call while no refusal was ever seen: doubles every 35 calls. */
const SEARCH_FACTOR = 1.02;
/** The search overshoots by what the provider's bucket held, so a first refusal takes more off. */
const FIRST_CUT = 0.75;
/** A later refusal means that the limit is just above. */
const CUT = 0.985;
/** At most this much goes at once, however little was answered: others may have used the key for a while. */
const DEEPEST_CUT = 0.6;
/** Additive increase per call, as a part of the limit. A limit that is only known from refusals: 1 % in 1,000 calls. */
const GROWTH = 0.000_01;
/** The first guesses may be too low: it grows faster, half as fast after each further refusal. */
const FIRST_GROWTH = 0.000_2;
/** Back to a limit that is stated, where somebody else used up a part of it for a while: 1 % in 100 calls. */
const GROWTH_TO_STATED = 0.000_1;
/** After this many calls without refusal the limit has likely been raised: five times faster. */
const LONG_CALLS = 3000;
/** Within a minute refusals have the same reason, the calls of the minute before: they cut nothing more. */
const EPISODE_MS = 60_000;
const SMALLEST = 1;
const LARGEST = 1_000_000;

export function assumeCalls(): Limit {
  return { perMinute: FIRST_CALLS_PER_MINUTE, source: 'ASSUMED', cuts: 0, cutAt: 0, callsSinceCut: 0 };
}

/** Takes a stated limit over; the same limit again changes nothing. */
export function stateLimit(limit: Limit | undefined, stated: number, now: number): Limit {
  if (limit?.stated === stated) return limit;
  const perMinute = Math.max(SMALLEST, stated * USED_OF_STATED);
  return { perMinute, source: 'STATED', stated, cuts: 0, cutAt: now, callsSinceCut: 0 };
}

/**
 * Multiplicative decrease after a refusal at `now`. What was answered in the last minute is a good guess of a limit
 * that is not stated: whoever is refused has just used it up.
 *
 * @param answered calls, or tokens, of the last minute.
 */
export function cutLimit(limit: Limit, answered: number, now: number): Limit {
  if (now - limit.cutAt < EPISODE_MS) return limit;
  const factor = limit.source === 'ASSUMED' ? FIRST_CUT : CUT;
  // Calls were waiting all along, so what was answered is what can be; otherwise somebody else used the key up.
  const isFull = limit.callsSinceCut >= answered / 2;
  const known = isFull ? answered * CUT : Math.max(answered, limit.perMinute * DEEPEST_CUT);
  const guess = limit.source === 'STATED' ? limit.perMinute : known;
  return {
    ...limit,
    perMinute: Math.max(SMALLEST, Math.min(limit.perMinute * factor, guess)),
    source: limit.source === 'STATED' ? 'STATED' : 'LEARNT',
    cuts: limit.cuts + 1,
    cutAt: now,
    callsSinceCut: 0,
  };
}

/** Additive increase by `calls` that were let through while others waited; never above what is stated. */
export function growLimit(limit: Limit, calls: number): Limit {
  const callsSinceCut = limit.callsSinceCut + calls;
  const ceiling = limit.stated === undefined ? LARGEST : Math.max(SMALLEST, limit.stated * USED_OF_STATED);
  if (limit.perMinute >= ceiling) return { ...limit, callsSinceCut };
  return { ...limit, callsSinceCut, perMinute: Math.min(ceiling, grow(limit, calls)) };
}

function grow(limit: Limit, calls: number): number {
  const { perMinute, stated } = limit;
  if (limit.source === 'ASSUMED') return perMinute * SEARCH_FACTOR ** calls;
  if (stated !== undefined) return perMinute + stated * GROWTH_TO_STATED * calls;
  const isLong = limit.callsSinceCut > LONG_CALLS;
  const growth = Math.max(GROWTH * (isLong ? 5 : 1), FIRST_GROWTH / 2 ** (limit.cuts - 1));
  return perMinute * (1 + growth * calls);
}
