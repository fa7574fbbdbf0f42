import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Grant,
  isSlotGood,
  type PaceReport,
  type PaceState,
  report,
  reserve,
  startPace,
} from './pace.ts';
import { planReturn } from './plan-return.ts';

const T0 = 1_700_000_000_000;
const ONE = { tenantId: 'a', calls: 1, tokens: 0 };

/** A state that knows a limit of 60 calls a minute, with nothing saved up. */
function know(perMinute = 60): PaceState {
  const state = report(startPace(T0), { kind: 'ANSWERED', requests: perMinute }, T0);
  return { ...state, nextByRequests: T0 };
}

function reserveMany(state: PaceState, count: number, tenantId = 'a', now = T0) {
  const grants: Grant[] = [];
  for (let index = 0; index < count; index += 1) {
    const { state: next, grant } = reserve(state, { ...ONE, tenantId }, now);
    grants.push(grant);
    state = next;
  }
  return { state, grants };
}

describe('the calendar', () => {
  it('spaces calls as a stated limit has it, a little below it', () => {
    const { grants } = reserveMany(know(), 4);

    const gaps = grants.slice(1).map(({ at }, index) => at - (grants[index]?.at ?? 0));
    for (const gap of gaps) expect(gap).toBeCloseTo(60_000 / (60 * 0.992), 3);
  });

  it('lets some calls begin at once before anything is known', () => {
    const { grants } = reserveMany(startPace(T0), 10);

    expect(grants.map(({ at }) => at)).toEqual(Array(10).fill(T0));
  });

  it('waits for tokens where they are scarcer than calls', () => {
    const state = { ...report(know(), { kind: 'ANSWERED', tokens: 6000 }, T0), nextByTokens: T0 };
    const ask = { ...ONE, tokens: 992 };
    const first = reserve(state, ask, T0);
    const second = reserve(first.state, ask, T0);

    // 992 of 5,952 tokens a minute: a sixth of it.
    expect(second.grant.at - first.grant.at).toBeCloseTo(10_000, 3);
  });

  it('gives a tenant its share of places and no more, and another one its own', () => {
    const busy = reserveMany(know(), 40);
    const kinds = busy.grants.map(({ kind }) => kind);

    // 20 s of 59.5 calls a minute are 19 places.
    expect(kinds.filter((kind) => kind === 'SLOT')).toHaveLength(19);
    expect(reserve(busy.state, { ...ONE, tenantId: 'b' }, T0).grant.kind).toBe('SLOT');
  });

  it('a place lapses, and does not hold through a pause', () => {
    const state = know();

    expect(isSlotGood(state, T0, T0 + 29_000)).toBe(true);
    expect(isSlotGood(state, T0, T0 + 31_000)).toBe(false);
    const paused = report(state, { kind: 'REFUSED', retryAfterMs: 5000, byTokens: false }, T0);
    expect(isSlotGood(paused, T0 + 1000, T0 + 1000)).toBe(false);
    expect(reserve(paused, ONE, T0).grant.at).toBeGreaterThanOrEqual(T0 + 5000);
  });
});

describe('a limit', () => {
  it('is taken over from a refusal that states it', () => {
    const state = report(startPace(T0), { kind: 'REFUSED', requests: 10, byTokens: false }, T0);

    expect(state.requests).toMatchObject({ source: 'STATED', perMinute: 9.92 });
  });

  it('is cut once for all refusals of a minute', () => {
    const once = report(know(), { kind: 'REFUSED', byTokens: false }, T0 + 70_000);
    const twice = report(once, { kind: 'REFUSED', byTokens: false }, T0 + 71_000);

    expect(once.requests.perMinute).toBeLessThan(know().requests.perMinute);
    expect(twice.requests.perMinute).toBe(once.requests.perMinute);
  });

  it('a refusal of the first call of all halves the guess: the next calls wait seconds, not a minute', () => {
    const { state } = reserve(startPace(T0), ONE, T0);
    const refused = report(state, { kind: 'REFUSED', retryAfterMs: 1000, byTokens: false }, T0 + 100);
    const again = report(refused, { kind: 'REFUSED', byTokens: false }, T0 + 200);

    expect(refused.requests).toMatchObject({ source: 'ASSUMED', perMinute: 30 });
    expect(again.requests).toEqual(refused.requests);
    const { grants } = reserveMany(again, 3, 'a', T0 + 300);
    expect(grants.map(({ at }) => at - T0)).toEqual([1200, 3200, 5200].map((ms) => expect.closeTo(ms, -2)));
  });

  it('an answer without news leaves the state as it is', () => {
    const state = know();

    expect(report(state, { kind: 'ANSWERED', requests: 60 }, T0 + 5)).toBe(state);
  });
});

describe('the circuit', () => {
  function fail(state: PaceState, times: number, now = T0): PaceState {
    for (let time = 0; time < times; time += 1) state = report(state, { kind: 'FAILED' }, now);
    return state;
  }

  it('opens after five failures in a row, lets one probe through, and closes with an answer', () => {
    const open = fail(know(), 5);

    expect(reserve(fail(know(), 4), ONE, T0).grant.kind).toBe('SLOT');
    expect(reserve(open, ONE, T0).grant).toEqual({ kind: 'LATER', at: T0 + 5000, reason: 'OUTAGE' });
    const probe = reserve(open, ONE, T0 + 5000);
    expect(probe.grant.kind).toBe('SLOT');
    expect(reserve(probe.state, ONE, T0 + 5001).grant.kind).toBe('LATER');
    const closed = report(probe.state, { kind: 'ANSWERED' }, T0 + 6000);
    expect(reserve(closed, ONE, T0 + 6000).grant.kind).toBe('SLOT');
  });

  it('opens for twice as long when the probe fails', () => {
    const probe = reserve(fail(know(), 5), ONE, T0 + 5000);
    const again = fail(probe.state, 1, T0 + 6000);

    expect(reserve(again, ONE, T0 + 6001).grant.at).toBe(T0 + 6000 + 10_000);
  });

  it('is not opened by single failures among many calls', () => {
    let state = fail(know(6000), 1);
    for (let round = 0; round < 10; round += 1) {
      state = fail(reserveMany(state, 10, 'a', T0 + round * 1000).state, 1, T0 + round * 1000);
    }

    expect(reserve(state, ONE, T0 + 20_000).grant.kind).toBe('SLOT');
  });
});

describe('a message whose calls may not begin', () => {
  it('waits in place for a short while, and else comes back up to a second before its slot', () => {
    expect(planReturn({ kind: 'SLOT', at: T0 + 1400 }, T0, 1, 0.5)).toEqual({ kind: 'WAIT', ms: 1400 });
    expect(planReturn({ kind: 'SLOT', at: T0 + 7900 }, T0, 1, 0.5)).toEqual({
      kind: 'RETURN',
      seconds: 7,
      slotAt: T0 + 7900,
    });
  });

  it('comes back later each time without one, in half an hour at most', () => {
    const delays = [1, 3, 9, 50].map((tries) =>
      planReturn({ kind: 'LATER', at: T0 + 10_000, reason: 'BUSY' }, T0, tries, 1),
    );

    const seconds = delays.map((plan) => (plan.kind === 'RETURN' ? plan.seconds : 0));
    expect(seconds).toEqual([25, 45, 301, 1800]);
  });
});

it('whatever happens, the state stays plain JSON, limits stay positive, and no slot lies in the past', () => {
  const end = fc.oneof(
    fc.record({
      kind: fc.constant('ANSWERED' as const),
      requests: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
    }),
    fc.record({
      kind: fc.constant('REFUSED' as const),
      byTokens: fc.boolean(),
      retryAfterMs: fc.option(fc.nat(60_000), { nil: undefined }),
      tokens: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
    }),
    fc.constant<PaceReport>({ kind: 'FAILED' }),
  );
  const ask = fc.record({
    tenantId: fc.constantFrom('a', 'b', 'c'),
    calls: fc.integer({ min: 1, max: 5 }),
    tokens: fc.nat(10_000),
  });
  const event = fc.record({ waitMs: fc.nat(90_000), step: fc.oneof(end, ask) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let now = T0;
      let state = startPace(now);
      for (const { waitMs, step } of events) {
        now += waitMs;
        if ('kind' in step) state = report(state, step, now);
        else {
          const { state: next, grant } = reserve(state, step, now);
          expect(grant.at).toBeGreaterThanOrEqual(now);
          state = next;
        }
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        expect(state.requests.perMinute).toBeGreaterThanOrEqual(1);
        expect(Number.isFinite(state.nextByRequests + state.nextByTokens)).toBe(true);
      }
    }),
  );
});
