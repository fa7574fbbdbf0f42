import { type Ceiling, growUnstated, type Measure, measureUnstated } from './ceiling.ts';

/** What is known of one limit of a provider's, in calls or in tokens per minute. */
export interface Limit {
  /** How much is let through per minute. */
  readonly perMinute: number;
  /** ASSUMED: a first guess. STATED: the provider says so. LEARNT: found out from its refusals. */
  readonly source: 'ASSUMED' | 'STATED' | 'LEARNT';
  /** What the provider states. */
  readonly stated?: number | undefined;
  /** When it was last made smaller, epoch ms; 0 when never. */
  readonly cutAt: number;
  /** Calls let through since then while others waited. */
  readonly callsSinceCut: number;
  /** Of a learnt limit: the measurement that is going on. */
  readonly measure?: Measure | undefined;
  /** Of a learnt limit: what the last measurement gave. */
  readonly ceiling?: Ceiling | undefined;
}

/** What was let through when a call is refused. */
export interface Seen {
  /** Calls, or tokens, of the last minute. */
  readonly answered: number;
  /** Calls since the measurement began; undefined without one. */
  readonly measured?: number | undefined;
}

/** Of a stated limit this much is used: clocks, networks and other servers are not quite in step. */
const USED_OF_STATED = 0.992;
/** First guess: slow enough for the smallest tiers of providers. */
const FIRST_CALLS_PER_MINUTE = 60;
/** Growth per call while no refusal was ever seen: doubles every 35 calls. */
const SEARCH_FACTOR = 1.02;
/** The search overshoots by what the provider's bucket held, so a first refusal takes more off. */
const FIRST_CUT = 0.75;
/** Where hardly a call was let through before. */
const BLIND_CUT = 0.5;
/** Calls that were made together are refused together: that cuts once. */
const SAME_REASON_MS = 2000;
/** A refusal means that the limit is just below. */
const CUT = 0.985;
/** Back to a limit that is stated, where somebody else used up a part of it for a while: 1 % in 100 calls. */
const GROWTH_TO_STATED = 0.000_1;
/** Within a minute refusals have the same reason, the calls of the minute before: they cut nothing more. */
const EPISODE_MS = 60_000;
const SMALLEST = 1;
const LARGEST = 1_000_000;

export function assumeCalls(): Limit {
  return { perMinute: FIRST_CALLS_PER_MINUTE, source: 'ASSUMED', cutAt: 0, callsSinceCut: 0 };
}

/** Takes a stated limit over; the same limit again changes nothing. */
export function stateLimit(limit: Limit | undefined, stated: number, now: number): Limit {
  if (limit?.stated === stated) return limit;
  const perMinute = Math.max(SMALLEST, stated * USED_OF_STATED);
  return { perMinute, source: 'STATED', stated, cutAt: now, callsSinceCut: 0 };
}

/** Multiplicative decrease after a refusal at `now`; of a limit that is not stated, what is measured takes its place. */
export function cutLimit(limit: Limit, { answered, measured }: Seen, now: number): Limit {
  const cut = { ...limit, cutAt: now, callsSinceCut: 0 };
  switch (limit.source) {
    case 'STATED': {
      if (now - limit.cutAt < EPISODE_MS) return limit;
      return { ...cut, perMinute: Math.max(SMALLEST, limit.perMinute * CUT) };
    }
    case 'ASSUMED': {
      const halved = limit.perMinute * BLIND_CUT;
      // A refusal of nearly the first calls says little of the limit: somebody else may have used it up, or the moment was bad.
      if (limit.perMinute <= FIRST_CALLS_PER_MINUTE && answered * CUT < halved) {
        if (now - limit.cutAt < SAME_REASON_MS) return limit;
        return { ...cut, perMinute: Math.max(SMALLEST, halved) };
      }
      // Whoever is refused has just used the limit up: what was answered in the last minute is a good guess.
      const perMinute = Math.max(SMALLEST, Math.min(limit.perMinute * FIRST_CUT, answered * CUT));
      return { ...cut, perMinute, source: 'LEARNT' };
    }
    case 'LEARNT': {
      const next = measureUnstated(limit, measured, now);
      return { ...cut, ...next, perMinute: Math.max(SMALLEST, next.perMinute) };
    }
  }
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
  return perMinute * (1 + growUnstated(limit) * calls);
}
