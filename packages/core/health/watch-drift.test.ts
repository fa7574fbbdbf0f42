import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Inspection } from '../inspection/index.ts';
import { createTenantScope, listOverdue, type Platform, type TenantScope } from '../platform/index.ts';
import { type Profile, profileKind, profileVersionKind, startWatch } from '../profile/index.ts';
import { openLocalPlatform } from '../testing/open-local-platform.ts';
import { type Delivery, writeSubscriptions } from '../webhook/index.ts';
import { weighInspection } from './count.ts';
import { watchDrift } from './watch-drift.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 2, 9);

let now = START;
let platform: Platform;
let close: () => Promise<void>;
let scope: TenantScope;
let profile: Profile;

beforeAll(async () => {
  ({ platform, close } = await openLocalPlatform(() => now));
  scope = createTenantScope(platform, platform.createId('tenant'));
  const versionId = scope.createId('profileVersion');
  profile = {
    id: scope.createId('profile'),
    rev: 1,
    name: 'Boards',
    currentVersionId: versionId,
    versionCount: 1,
    createdAt: now,
  };
  const definition = {
    className: 'board',
    rules: [],
    knownDefects: [],
    referenceIds: [],
    preset: 'FULL',
  } as const;
  await scope.table.transact([
    writeSubscriptions(scope, { rev: 0, hooks: [{ id: 'whk_1', events: ['profile.drifted'] }] }),
    scope.table.create(profileKind, profile),
    scope.table.create(profileVersionKind, {
      ...definition,
      id: versionId,
      rev: 1,
      profileId: profile.id,
      number: 1,
      createdAt: now,
      model: 'm',
      uncertainBand: 0,
      longSidePx: 512,
    }),
    startWatch(scope, profile.id),
  ]);
}, 30_000);
afterAll(() => close());

/** Counts inspections that end now, all with the same score, as `countHealth` does one by one. */
async function inspect(count: number, score: number): Promise<void> {
  const ended = { state: 'DONE', verdict: { decision: score >= 0.5 ? 'ANOMALOUS' : 'NORMAL', score } };
  const each = Object.entries(weighInspection(ended as Inspection));
  const amounts = Object.fromEntries(each.map(([name, amount]) => [name, amount * count]));
  const row = `health#${new Date(now).toISOString().slice(0, 10)}#0`;
  await scope.table.transact([scope.table.add(profileKind.name, profile.id, row, amounts)]);
}

async function listAnnounced(): Promise<unknown[]> {
  const page = await scope.table.query<Delivery>('byParent', 'webhook#whk_1#delivery', { limit: 10 });
  return page.items.map(({ body }) => JSON.parse(body).data);
}

async function isDue(): Promise<boolean> {
  return (await listOverdue(platform, 100)).some(({ id }) => id === profile.id);
}

it('a profile whose verdicts change is announced once a day, and looked at hour by hour while it works', async () => {
  expect(await isDue()).toBe(false);
  now = START + DAY;
  expect(await isDue()).toBe(true);
  await inspect(110, 0.1);
  // Nothing to compare with: the day before, the version was made.
  expect(await watchDrift(scope, profile.id)).toBe(true);
  expect(await listAnnounced()).toEqual([]);

  now += DAY;
  await inspect(20, 0.8);
  expect(await watchDrift(scope, profile.id)).toBe(true);
  expect(await listAnnounced()).toEqual([]);
  now += HOUR + 1;
  expect(await isDue()).toBe(false);

  now += 3 * HOUR;
  expect(await isDue()).toBe(true);
  await inspect(20, 0.8);
  await Promise.all([watchDrift(scope, profile.id), watchDrift(scope, profile.id)]);
  const day = { profileId: profile.id, day: '2026-11-04', drifted: ['SCORES', 'ANOMALY_RATE'] };
  expect(await listAnnounced()).toEqual([day]);

  now += HOUR + 1;
  expect(await isDue()).toBe(true);
  await inspect(20, 0.8);
  expect(await watchDrift(scope, profile.id)).toBe(true);
  expect(await listAnnounced()).toEqual([day]);
}, 30_000);

it('an archived profile is not looked at any more', async () => {
  await scope.table.transact([scope.table.replace(profileKind, { ...profile, rev: 2, archivedAt: now })]);
  now += DAY;
  expect(await isDue()).toBe(true);
  expect(await watchDrift(scope, profile.id)).toBe(true);
  now += DAY;
  expect(await isDue()).toBe(false);
});
