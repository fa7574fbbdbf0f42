import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../access/index.ts';
import { LimitError, type Platform } from '../platform/index.ts';
import { openLocalPlatform } from '../testing/open-local-platform.ts';
import { createRateLimiter } from './rate.ts';

const time = { now: Date.UTC(2026, 10, 22) };
let platform: Platform;
let close: (() => Promise<void>) | undefined;

beforeAll(async () => {
  ({ platform, close } = await openLocalPlatform(() => time.now));
});
afterAll(() => close?.());

const openKey = (apiKeyId: string): Session => ({
  kind: 'apiKey',
  tenantId: 'ten_1',
  apiKeyId,
  role: 'OWNER',
  plan: 'TRIAL',
});

/** The wait of a refusal in ms; undefined when the cost was taken. */
async function findWait(taken: Promise<void>): Promise<number | undefined> {
  try {
    await taken;
    return undefined;
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return error.retryAfterMs;
  }
}

test('a full bucket pays for a request that costs more than it holds, and is empty then', async () => {
  const charge = createRateLimiter(platform);
  expect(await findWait(charge(openKey('key_1'), 5000))).toBeUndefined();
  // TRIAL earns 100 a second and holds 2,000: a full one is there after 20 seconds.
  expect(await findWait(charge(openKey('key_1'), 5000))).toBe(20_000);
  expect(await findWait(charge(openKey('key_2'), 1000))).toBeUndefined();
});

test('somebody who belongs to no tenant has the rate of the usual plan, and does not use up another’s', async () => {
  const charge = createRateLimiter(platform);
  const open = (personId: string): Session => ({
    kind: 'person',
    person: { personId, email: undefined, name: undefined },
    maySignUp: true,
  });
  // STANDARD holds 100,000 and earns 5,000 a second.
  for (let request = 0; request < 4; request += 1) await charge(open('one'), 25_000);
  expect(await findWait(charge(open('one'), 25_000))).toBeGreaterThan(3000);
  expect(await findWait(charge(open('another'), 25_000))).toBeUndefined();
});
