import { type Circuit, CLOSED, countCalls, countFailure, readCircuit } from './circuit.ts';
import { assumeCalls, cutLimit, growLimit, type Limit, stateLimit } from './limit.ts';
import { addRecent, countRecent, type Recent } from './recent.ts';
import { addPlace, computeShare, countPlaces, dropPast, HORIZON_MS, type Shares } from './shares.ts';

/** All that is shared about one credential and one model; plain JSON. Times are epoch ms. */
export interface PaceState {
  readonly requests: Limit;
  /** Absent while the provider says nothing of tokens. */
  readonly tokens?: Limit | undefined;
  /** When the next call may begin, by calls and by tokens. */
  readonly nextByRequests: number;
  readonly nextByTokens: number;
  /** The provider asked everybody to wait until then. */
  readonly pausedUntil: number;
  readonly circuit: Circuit;
  readonly shares: Shares;
  /** Places of calls that nobody waits for; absent before there were any. */
  readonly background?: Shares | undefined;
  /** Calls let through lately. */
  readonly recent: Recent;
  /** Tokens of a call, lately. */
  readonly tokensPerCall: number;
}

export interface Ask {
  readonly tenantId: string;
  /** How many calls, made at about the same time; 1 or more. */
  readonly calls: number;
  /** Tokens of them all as the provider counts them, and what earlier estimates were wrong by. */
  readonly tokens: number;
}

export type Grant =
  /** The calls may be made from `at` on, which may lie ahead; `at` is theirs. */
  { readonly kind: 'SLOT'; readonly at: number } | Later;

/** Nothing is kept for the calls; ask again then. */
export interface Later {
  readonly kind: 'LATER';
  readonly at: number;
  readonly reason: 'BUSY' | 'OUTAGE';
}

/** What came of a call. */
export type PaceReport =
  | {
      readonly kind: 'ANSWERED';
      readonly requests?: number | undefined;
      readonly tokens?: number | undefined;
    }
  | {
      readonly kind: 'REFUSED';
      readonly retryAfterMs?: number | undefined;
      readonly requests?: number | undefined;
      readonly tokens?: number | undefined;
      /** It was tokens that were short. */
      readonly byTokens: boolean;
    }
  | { readonly kind: 'FAILED' };

/** What an idle provider saves up, in ms of its limit; a stated limit per minute is often held by the second. */
const BURST_MS = 1000;
/** Calls that may begin at once before anything is known. */
const FIRST_BURST_CALLS = 10;
/** A learnt limit grows no further than this beyond what was called in the last minute. */
const MOST_UNUSED = 1.5;
/** Refusals so soon after a pause have the same reason as those before it. */
const EPISODE_MS = 2000;
/** Wait after a refusal that names none. */
const DEFAULT_PAUSE_MS = 1000;
/** A slot that is not used this long after its time lapses. */
const SLOT_LIFE_MS = 30_000;

export function startPace(now: number): PaceState {
  const requests = assumeCalls();
  return {
    requests,
    nextByRequests: now - (FIRST_BURST_CALLS * 60_000) / requests.perMinute,
    nextByTokens: now,
    pausedUntil: 0,
    circuit: CLOSED,
    shares: {},
    recent: {},
    tokensPerCall: 0,
  };
}

/** Gives calls their place in the calendar, or says when to ask again. */
export function reserve(state: PaceState, ask: Ask, now: number): { state: PaceState; grant: Grant } {
  const circuit = readCircuit(state.circuit, now);
  if (circuit === 'OPEN') {
    return { state, grant: { kind: 'LATER', at: state.circuit.openUntil, reason: 'OUTAGE' } };
  }
  const shares = dropPast(state.shares, now);
  const held = countPlaces(shares, ask.tenantId);
  if (held > 0 && held + ask.calls > computeShare(shares, ask.tenantId, limitCalls(state, ask))) {
    return { state, grant: { kind: 'LATER', at: now + HORIZON_MS / 2, reason: 'BUSY' } };
  }
  const at = findNext(state, now);
  return {
    state: { ...book(state, ask, at, now), shares: addPlace(shares, ask.tenantId, at, ask.calls) },
    grant: { kind: 'SLOT', at },
  };
}

/** When the next call may begin. */
export function findNext(state: PaceState, now: number): number {
  return Math.max(now, state.pausedUntil, state.nextByRequests, state.tokens ? state.nextByTokens : 0);
}

/** The calendar with these calls from `at` on; whose places they are is not yet in it. */
export function book(state: PaceState, ask: Ask, at: number, now: number): PaceState {
  const isBusy = at > now && isUsed(state, now);
  return {
    ...state,
    requests: countMeasured(isBusy ? growLimit(state.requests, ask.calls) : state.requests, state, ask, now),
    tokens: isBusy && state.tokens ? growLimit(state.tokens, ask.calls) : state.tokens,
    nextByRequests: advance(state.nextByRequests, at, ask.calls, state.requests, readBurst(state)),
    nextByTokens: state.tokens
      ? advance(state.nextByTokens, at, ask.tokens, state.tokens, BURST_MS)
      : state.nextByTokens,
    circuit: countCalls(state.circuit, ask.calls, now),
    recent: addRecent(state.recent, at, ask.calls, now),
    tokensPerCall: ask.tokens / ask.calls,
  };
}

/** Whether a learnt limit is used: where the workers have no time for more, more would prove nothing. */
function isUsed({ requests, recent }: PaceState, now: number): boolean {
  return requests.source !== 'LEARNT' || requests.perMinute < MOST_UNUSED * countRecent(recent, now);
}

/** Whether a place given earlier still holds: nothing has been refused or broken down since, and it has not lapsed. */
export function isSlotGood(state: PaceState, at: number, now: number): boolean {
  const isClosed = readCircuit(state.circuit, now) === 'CLOSED';
  return isClosed && state.pausedUntil <= Math.min(at, now) && now <= at + SLOT_LIFE_MS;
}

/** What everybody should know of a call's end; the same state when there is nothing new in it. */
export function report(state: PaceState, end: PaceReport, now: number): PaceState {
  if (end.kind === 'FAILED') return { ...state, circuit: countFailure(state.circuit, now) };
  const stated = takeStated(state, end, now);
  const circuit = stated.circuit.failures === 0 ? stated.circuit : CLOSED;
  if (end.kind === 'ANSWERED') return circuit === stated.circuit ? stated : { ...stated, circuit };
  const asked = Math.max(stated.pausedUntil, now + (end.retryAfterMs ?? DEFAULT_PAUSE_MS));
  const recent = addRecent(stated.recent, now, -1, now);
  const calls = countRecent(recent, now);
  const { tokens } = stated;
  const { pausedUntil, ...limits } =
    end.byTokens && tokens !== undefined
      ? { tokens: cutLimit(tokens, { answered: calls * stated.tokensPerCall }, now), pausedUntil: asked }
      : refuseCall(stated, calls, asked, now);
  return {
    ...stated,
    ...limits,
    circuit,
    recent,
    pausedUntil,
    nextByRequests: Math.max(stated.nextByRequests, pausedUntil),
    nextByTokens: Math.max(stated.nextByTokens, pausedUntil),
  };
}

/** A limit of calls after a refusal, and until when everybody waits. */
function refuseCall(
  state: PaceState,
  answered: number,
  asked: number,
  now: number,
): { readonly requests: Limit; readonly pausedUntil: number } {
  const { requests, nextByRequests } = state;
  const begun = Math.max(now, state.pausedUntil);
  /** The measurement without the call that was refused and the places that a pause takes, which are given anew. */
  const discount = (measure: Limit['measure'], until: number) =>
    measure && { ...measure, calls: measure.calls - 1 - countAhead(state, begun) + countAhead(state, until) };
  // Calls that had begun, or were about to, when the limit was cut.
  if (requests.source === 'LEARNT' && now < requests.cutAt + EPISODE_MS) {
    return {
      requests: { ...requests, measure: discount(requests.measure, Math.max(begun, asked)) },
      pausedUntil: asked,
    };
  }
  const measured = requests.measure && requests.measure.calls - 1 - countAhead(state, begun);
  const cut = cutLimit(requests, { answered, measured }, now);
  if (cut.source !== 'LEARNT') return { requests: cut, pausedUntil: asked };
  // The places that lie ahead are as dense as the limit was: a pause makes up for what is too much of them.
  const surplusMs = Math.max(0, nextByRequests - now) * Math.max(0, 1 - cut.perMinute / requests.perMinute);
  const pausedUntil = Math.max(asked, now + surplusMs);
  const isNew = cut.measure?.from === now;
  const measure = isNew
    ? { from: now, calls: countAhead(state, pausedUntil) }
    : discount(cut.measure, Math.max(begun, pausedUntil));
  // Once the limit is known, what was given of the calendar before is waited for, too.
  const isFound = cut.ceiling !== undefined && cut.ceiling.found > (requests.ceiling?.found ?? 0);
  const cutAt = isFound ? pausedUntil + HORIZON_MS : pausedUntil;
  return { requests: { ...cut, cutAt, measure }, pausedUntil };
}

/** Places of the calendar that lie after `from`. */
function countAhead({ nextByRequests, requests }: PaceState, from: number): number {
  return (Math.max(0, nextByRequests - from) * requests.perMinute) / 60_000;
}

/** Calls are counted for a measurement as long as the provider can save nothing up. */
function countMeasured(limit: Limit, { nextByRequests }: PaceState, ask: Ask, now: number): Limit {
  const { measure } = limit;
  if (!measure) return limit;
  const isIdle = now - nextByRequests > BURST_MS;
  return { ...limit, measure: isIdle ? undefined : { ...measure, calls: measure.calls + ask.calls } };
}

function takeStated(
  state: PaceState,
  { requests, tokens }: { readonly requests?: number | undefined; readonly tokens?: number | undefined },
  now: number,
): PaceState {
  const nextRequests = requests === undefined ? state.requests : stateLimit(state.requests, requests, now);
  const nextTokens = tokens === undefined ? state.tokens : stateLimit(state.tokens, tokens, now);
  if (nextRequests === state.requests && nextTokens === state.tokens) return state;
  return {
    ...state,
    requests: nextRequests,
    tokens: nextTokens,
    nextByRequests: bringForward(state.nextByRequests, state.requests, nextRequests, now),
  };
}

/** What is booked ahead takes less time by a greater limit: calls that come now need not wait behind the first guess. */
function bringForward(next: number, was: Limit, is: Limit, now: number): number {
  return now + (next - now) * Math.min(1, was.perMinute / is.perMinute);
}

/** What an idle provider saves up, in ms. */
export function readBurst(state: PaceState): number {
  return state.requests.source === 'ASSUMED'
    ? (FIRST_BURST_CALLS * 60_000) / state.requests.perMinute
    : BURST_MS;
}

/** Calls per minute that both limits together let through, for calls of this size. */
export function limitCalls(state: PaceState, ask: Ask): number {
  if (!state.tokens || ask.tokens <= 0) return state.requests.perMinute;
  return Math.min(state.requests.perMinute, (state.tokens.perMinute / ask.tokens) * ask.calls);
}

/** The leaky bucket: idle time is saved up to the burst, then each unit takes its time. */
function advance(next: number, at: number, amount: number, limit: Limit, burstMs: number): number {
  return Math.max(next, at - burstMs) + (amount * 60_000) / limit.perMinute;
}
