import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTenantScope, type Platform, type TenantScope } from '../platform/index.ts';
import { openLocalPlatform } from '../testing/open-local-platform.ts';
import { readUsed } from '../usage/index.ts';
import { holdSpend, type Purse, readSpend, settleSpend } from './spend.ts';

let now = Date.UTC(2026, 10, 30, 23, 59);
let platform: Platform;
let close: () => Promise<void>;
let tenants = 0;

beforeAll(async () => {
  ({ platform, close } = await openLocalPlatform(() => now));
});
afterAll(() => close());

function start(
  limits: Purse['limits'],
  plan: Purse['plan'] = 'STANDARD',
): { scope: TenantScope; purse: Purse } {
  tenants += 1;
  const scope = createTenantScope(platform, `ten_${tenants}`);
  return { scope, purse: { profileId: 'prf_1', limits, plan } };
}

it('twenty calls at once never go beyond a limit', async () => {
  const { scope, purse } = start({ dailyMicroUsd: 1000 });

  const ends = await Promise.allSettled(Array.from({ length: 20 }, () => holdSpend(scope, purse, 150)));

  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
  expect((await readSpend(scope, 'prf_1', now)).dayMicroUsd).toBe(900);
}, 30_000);

it('what was not spent is given back to the profile and to the plan, what was stays counted with both', async () => {
  const { scope, purse } = start({ dailyMicroUsd: 1000, monthlyMicroUsd: 5000 });
  const hold = await holdSpend(scope, purse, 800);
  const held = await readUsed(scope, now);

  await scope.table.transact(settleSpend(scope, purse, hold, 120));

  expect(held.SPEND_MICRO_USD).toBe(800);
  expect((await readUsed(scope, now)).SPEND_MICRO_USD).toBe(120);
  expect(await readSpend(scope, 'prf_1', now)).toEqual({ dayMicroUsd: 120, monthMicroUsd: 120 });
  await holdSpend(scope, purse, 880);
});

it('is given back to the day it was taken in', async () => {
  const { scope, purse } = start({ dailyMicroUsd: 1000 });
  const hold = await holdSpend(scope, purse, 900);
  const evening = now;
  now += 120_000;

  await scope.table.transact(settleSpend(scope, purse, hold, 0));

  expect((await readSpend(scope, 'prf_1', evening)).dayMicroUsd).toBe(0);
  expect((await readSpend(scope, 'prf_1', now)).dayMicroUsd).toBe(0);
  await holdSpend(scope, purse, 1000);
  now = evening;
});

it.each([
  [{ dailyMicroUsd: 100 }, 101],
  [{ monthlyMicroUsd: 0 }, 1],
] as const)('a first call beyond %j is refused, and nothing is counted', async (limits, microUsd) => {
  const { scope, purse } = start(limits);

  await expect(holdSpend(scope, purse, microUsd)).rejects.toMatchObject({ quota: 'PROFILE_SPEND' });
  expect((await readUsed(scope, now)).SPEND_MICRO_USD).toBe(0);
});

it("the plan's quota of spending counts, too", async () => {
  const { scope, purse } = start({}, 'TRIAL');
  await holdSpend(scope, purse, 4_000_000);

  await expect(holdSpend(scope, purse, 1_500_000)).rejects.toMatchObject({ quota: 'SPEND_MICRO_USD' });
});
