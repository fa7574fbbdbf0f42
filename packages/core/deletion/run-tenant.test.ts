import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Evaluation, evaluationKind } from '../evaluation/index.ts';
import { createTenantScope, type Platform, revise, transition } from '../platform/index.ts';
import { tenantKind } from '../tenant/index.ts';
import { openLocalPlatform } from '../testing/open-local-platform.ts';
import { deletionKind } from './entity.ts';
import { runDeletion } from './run.ts';
import { deleteTenant } from './verbs.ts';

const HOUR_MS = 3_600_000;
const TENANT = 'ten_01JD0000000000000000000000';

const time = { now: Date.UTC(2026, 10, 22) };
let platform: Platform;
let close: (() => Promise<void>) | undefined;

beforeAll(async () => {
  const opened = await openLocalPlatform(() => time.now);
  close = opened.close;
  const empty = { list: async () => [], remove: async () => undefined };
  platform = { ...opened.platform, bucket: { scope: () => empty } as unknown as Platform['bucket'] };
});
afterAll(() => close?.());

function draftEvaluation(id: string): Evaluation {
  return {
    id,
    rev: 1,
    state: 'RUNNING',
    mode: 'ECONOMY',
    datasetId: 'dst_1',
    datasetVersionId: 'dsv_1',
    profileId: 'prf_1',
    profileVersionId: 'pfv_1',
    variants: [],
    useItemClass: false,
    seed: 1,
    chunkItems: 1,
    chunkCount: 1,
    itemCount: 1,
    round: 0,
    createdAt: time.now,
    attempt: 0,
    dueAt: time.now + HOUR_MS,
  };
}

test('the end of a tenant ends its evaluations at once, and nothing of it goes before they have called their batches back', async () => {
  const scope = createTenantScope(platform, TENANT);
  const register = createTenantScope(platform, 'operator');
  const [slow, quick] = [
    draftEvaluation(scope.createId('evaluation')),
    draftEvaluation(scope.createId('evaluation')),
  ];
  await scope.table.transact([
    scope.table.create(tenantKind, { id: TENANT, rev: 1, name: 'Leaver', createdAt: time.now }),
    scope.table.create(evaluationKind, slow),
    scope.table.create(evaluationKind, quick),
  ]);
  const { deletion } = await deleteTenant(
    platform,
    { kind: 'operator' },
    { id: TENANT, confirmation: 'Leaver', graceDays: 0 },
  );
  let runs = 0;
  const run = () =>
    runDeletion(
      platform,
      'operator',
      deletion.id,
      { token: `${++runs}`, until: time.now + 60_000 },
      time.now + 1,
    );
  const read = (id: string) => scope.table.get(evaluationKind, id);

  const closed = await run();
  expect(closed).toBe(time.now + 65 * 60_000);
  expect(await read(slow.id)).toMatchObject({ state: 'STOPPING', endsAs: 'CANCELLED', dueAt: time.now });

  await transition(scope, evaluationKind, quick.id, (current) =>
    revise(current, { state: 'CANCELLED', dueAt: undefined }),
  );
  time.now = closed ?? 0;
  expect(await run()).toBe(time.now + 10 * 60_000);
  expect(await read(quick.id)).toMatchObject({ state: 'CANCELLED' });

  // A provider that never answers does not hold the deletion up for ever.
  time.now += 24 * HOUR_MS;
  for (let turn = 0; turn < 20; turn += 1) {
    await run();
    time.now += 61_000;
  }
  expect(await read(slow.id)).toBeUndefined();
  expect(await register.table.get(deletionKind, deletion.id)).toMatchObject({ state: 'DONE' });
});
