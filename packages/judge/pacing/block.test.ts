import { describe, expect, it } from 'vitest';
import { reserveBlock } from './block.ts';
import { type PaceState, report, reserve, startPace } from './pace.ts';

const T0 = 1_700_000_000_000;
/** 992 a minute are let through: one every 60.5 ms. */
const EVERY_MS = 60_000 / 992;

function know(): PaceState {
  const state = report(startPace(T0), { kind: 'ANSWERED', requests: 1000 }, T0);
  return { ...state, nextByRequests: T0 };
}

/** Takes places until there are none, and says at which times. */
function takeAll(state: PaceState, tenantId = 'a', now = T0) {
  const times: number[] = [];
  for (;;) {
    const { state: next, grant } = reserveBlock(state, { tenantId, calls: 1000, tokens: 0 }, now);
    if (grant.kind === 'LATER') return { state, times, later: grant };
    times.push(...Array.from({ length: grant.calls }, (_, n) => grant.from + n * grant.everyMs));
    state = next;
  }
}

describe('places of background calls', () => {
  it('are spaced as the limit has it, and lie within 2.5 s', () => {
    const { times, later } = takeAll(know());

    expect(times).toHaveLength(Math.floor(2500 / EVERY_MS));
    for (const [n, at] of times.entries()) expect(at).toBeCloseTo(T0 + n * EVERY_MS, 3);
    expect(later).toMatchObject({ reason: 'BUSY' });
  });

  it('let an inspection in right behind them', () => {
    const { state } = takeAll(know());

    const { grant } = reserve(state, { tenantId: 'b', calls: 1, tokens: 0 }, T0);
    expect(grant.kind).toBe('SLOT');
    expect(grant.at).toBeLessThanOrEqual(T0 + 2500);
  });

  it('are a twentieth of a calendar that inspections fill', () => {
    let state = know();
    for (let call = 0; call < 300; call += 1) {
      state = reserve(state, { tenantId: 'b', calls: 1, tokens: 0 }, T0).state;
    }

    // 300 places are 18.1 s, and a twentieth of them 15.
    expect(takeAll(state).times.length).toBeGreaterThanOrEqual(14);
    expect(takeAll(state).times.length).toBeLessThanOrEqual(17);
  });

  it('are shared by tenants: a second one gets its half of what is free from then on', () => {
    const full = takeAll(know()).state;
    const second = reserveBlock(full, { tenantId: 'b', calls: 1000, tokens: 0 }, T0);

    expect(second.grant).toMatchObject({ kind: 'BLOCK', calls: 1 });
    // The first holds more than half: all that becomes free goes to the second.
    expect(takeAll(second.state, 'a', T0 + 1000).times).toEqual([]);
    expect(takeAll(second.state, 'b', T0 + 1000).times.length).toBeGreaterThan(10);
  });

  it('use what an idle provider has saved up', () => {
    const { times } = takeAll(know(), 'a', T0 + 60_000);

    expect(times.filter((at) => at <= T0 + 60_000)).toHaveLength(Math.floor(1000 / EVERY_MS) + 1);
  });

  it('are a single one while it is tried whether the provider is back', () => {
    let state = know();
    for (let call = 0; call < 5; call += 1) state = report(state, { kind: 'FAILED' }, T0);
    const ask = { tenantId: 'a', calls: 50, tokens: 0 };

    expect(reserveBlock(state, ask, T0).grant).toMatchObject({
      kind: 'LATER',
      reason: 'OUTAGE',
      at: T0 + 5000,
    });
    const probe = reserveBlock(state, ask, T0 + 5000);
    expect(probe.grant).toMatchObject({ kind: 'BLOCK', calls: 1, isProbe: true });
    expect(reserveBlock(probe.state, ask, T0 + 5001).grant).toMatchObject({ reason: 'OUTAGE' });
  });
});
