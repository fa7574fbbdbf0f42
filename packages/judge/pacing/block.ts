import { readCircuit } from './circuit.ts';
import { type Ask, book, findNext, type Later, limitCalls, type PaceState, readBurst } from './pace.ts';
import {
  addPlace,
  BACKGROUND_HORIZON_MS,
  computeShare,
  countPlaces,
  dropPast,
  type Shares,
} from './shares.ts';

/** Places for calls that nobody waits for: the n-th, from 0, may begin at `from + n * everyMs`, which may have passed. */
export interface Block {
  readonly kind: 'BLOCK';
  readonly calls: number;
  readonly from: number;
  readonly everyMs: number;
  /** Its one call finds out whether a provider that was down is back. */
  readonly isProbe: boolean;
}

/** A block's calls are those of so many ms, so that workers take turns. */
const BLOCK_MS = 500;
/** Of a calendar that inspections fill. */
const LEAST_PART = 0.05;

/**
 * Gives background calls the next places, `ask.calls` at most: those that lie near ahead, shared evenly by tenants. Where
 * inspections have filled more than that, a small part is left to them, so that they never stand still. One write gives
 * places to many calls, for an evaluation makes them by the hundred thousand.
 */
export function reserveBlock(
  state: PaceState,
  ask: Ask,
  now: number,
): { state: PaceState; grant: Block | Later } {
  const circuit = readCircuit(state.circuit, now);
  if (circuit === 'OPEN') {
    return { state, grant: { kind: 'LATER', at: state.circuit.openUntil, reason: 'OUTAGE' } };
  }
  const perMinute = limitCalls(state, ask);
  const everyMs = 60_000 / perMinute;
  // What an idle provider has saved up may be used at once.
  const from = findNext(state, now - readBurst(state));
  const held = dropPast(state.background ?? {}, now, BACKGROUND_HORIZON_MS);
  const isProbe = circuit === 'PROBE';
  const most = isProbe ? 1 : Math.max(1, Math.floor(BLOCK_MS / everyMs));
  const calls = Math.min(ask.calls, most, countFree(held, ask.tenantId, perMinute, from - now));
  if (calls === 0) {
    return { state, grant: { kind: 'LATER', at: now + BACKGROUND_HORIZON_MS / 4, reason: 'BUSY' } };
  }
  let background = held;
  for (let call = 0; call < calls; call += 1) {
    const at = from + call * everyMs;
    if (at > now) background = addPlace(background, ask.tenantId, at, 1, BACKGROUND_HORIZON_MS);
  }
  const part = { ...ask, calls, tokens: (ask.tokens / ask.calls) * calls };
  return {
    state: { ...book(state, part, Math.max(now, from), now), background },
    grant: { kind: 'BLOCK', calls, from, everyMs, isProbe },
  };
}

/** How many places a tenant may take of a calendar whose next place lies `aheadMs` ahead, or behind when it is idle. */
function countFree(held: Shares, tenantId: string, perMinute: number, aheadMs: number): number {
  const mine = countPlaces(held, tenantId);
  const near = countWithin(BACKGROUND_HORIZON_MS - aheadMs, perMinute);
  if (mine === 0) return Math.max(1, near);
  const all = Object.keys(held).reduce((sum, tenant) => sum + countPlaces(held, tenant), 0);
  const part = countWithin(LEAST_PART * aheadMs, perMinute) - all;
  const share = computeShare(held, tenantId, perMinute, BACKGROUND_HORIZON_MS) - mine;
  return Math.max(0, Math.min(share, Math.max(near, part)));
}

function countWithin(ms: number, perMinute: number): number {
  return Math.max(0, Math.floor((ms * perMinute) / 60_000));
}
