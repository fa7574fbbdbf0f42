import { describe, expect, it } from 'vitest';
import { claimDelivery, finishAttempt, renewDelivery, WAITS_MS } from './states.ts';

const fresh = {
  id: 'dlv_1',
  rev: 1,
  webhookId: 'whk_1',
  type: 'webhook.test',
  body: '{}',
  state: 'PENDING',
  createdAt: 0,
  tries: 0,
  attempts: [],
  nextAt: 0,
  dueAt: 60_000,
} as const;
const lease = (now: number) => ({ token: 't', until: now + 30_000 });
const attempt = (at: number, status: number | undefined) => ({ at, status, detail: '', ms: 1 });

describe('a delivery', () => {
  it('that never succeeds is tried ten times over three days, and is given up', () => {
    let delivery: Parameters<typeof claimDelivery>[0] = fresh;
    const times: number[] = [];
    for (let now = 0; delivery.state === 'PENDING'; now = delivery.nextAt) {
      const claimed = claimDelivery(delivery, lease(now), now);
      const next = claimed && finishAttempt(claimed, 't', attempt(now, 500), 0.5);
      if (!next) throw new Error('It could not be tried.');
      times.push(now);
      delivery = next;
    }
    expect(delivery.state).toBe('FAILED');
    expect(delivery.dueAt).toBeUndefined();
    expect(times).toHaveLength(10);
    const days = (times.at(-1) ?? 0) / 86_400_000;
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.5);
  });

  it('waits by up to a fifth more or less', () => {
    const claimed = claimDelivery(fresh, lease(0), 0) ?? fresh;
    const waits = [0, 0.5, 1].map((random) => finishAttempt(claimed, 't', attempt(0, 503), random)?.nextAt);
    expect(waits).toEqual([4000, 5000, 6000]);
    expect(WAITS_MS[0]).toBe(5000);
  });

  it('ends by any 2xx, and by 410', () => {
    const claimed = claimDelivery(fresh, lease(0), 0) ?? fresh;
    for (const status of [200, 204, 299])
      expect(finishAttempt(claimed, 't', attempt(0, status), 0)?.state).toBe('DELIVERED');
    expect(finishAttempt(claimed, 't', attempt(0, 410), 0)?.state).toBe('FAILED');
    for (const status of [undefined, 199, 302, 404, 500])
      expect(finishAttempt(claimed, 't', attempt(0, status), 0)?.state).toBe('PENDING');
  });

  it('is claimed by one worker at a time, not before it is due, and finished by its claimer alone', () => {
    const claimed = claimDelivery(fresh, lease(0), 0) ?? fresh;
    expect(claimDelivery(claimed, lease(0), 1)).toBeUndefined();
    expect(claimDelivery(claimed, lease(30_000), 30_000)).toBeDefined();
    expect(claimDelivery({ ...fresh, nextAt: 10 }, lease(0), 9)).toBeUndefined();
    expect(finishAttempt(claimed, 'other', attempt(0, 200), 0)).toBeUndefined();
  });

  it('can be sent again by hand once nobody has it', () => {
    const claimed = claimDelivery(fresh, lease(0), 0) ?? fresh;
    expect(renewDelivery(claimed, 1)).toBeUndefined();
    const ended = finishAttempt(claimed, 't', attempt(0, 200), 0) ?? fresh;
    expect(renewDelivery(ended, 5)).toMatchObject({ state: 'PENDING', tries: 0, nextAt: 5 });
  });
});
