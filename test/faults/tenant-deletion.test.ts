import { createHash } from 'node:crypto';
import { createReadySample } from '@loupe/cli/operations';
import { type Deletion, deletionKind, runDeletion } from '@loupe/core/deletion';
import { createTenantScope, type Platform } from '@loupe/core/platform';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ask } from '../isolation/ask.ts';
import { buildWorld, openStage, type Stage, type World } from '../isolation/world.ts';
import { readCounts, readDeletion, requestDeletion, startDeletion } from '../support/deletion.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { openRawCloud, type RawCloud } from '../support/raw-cloud.ts';

const DAY_MS = 86_400_000;
/** Of ten steps one breaks off before its write, one after it. */
const BREAK = 0.1;

let stage: Stage;
let raw: RawCloud;
let leaver: World;

beforeAll(async () => {
  stage = await openStage();
  raw = openRawCloud(stage.service.endpoints);
  leaver = await buildWorld(stage, 'Leaver');
  // From then on nothing is under way for it.
  await vi.waitFor(async () => expect(await readStates()).toEqual(['DONE', 'DONE', 'DONE']), {
    timeout: 60_000,
    interval: 200,
  });
}, 180_000);
afterAll(async () => {
  raw.close();
  await stage.dispose();
});

/** Where the jobs of the tenant's world stand. */
async function readStates(): Promise<string[]> {
  const { ids, client } = leaver;
  const { nodes } = await client.request<{ nodes: { state: string }[] }>(
    `query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Export { state } ... on Turn { turnState: state } ... on ProfileDraft { draftState: state } } }`,
    { ids: [ids.export, ids.turn, ids.profileDraft] },
  );
  return nodes.flatMap((node) => Object.values(node));
}

/** Rows and objects that have the id anywhere in them, by kind of row. */
async function findTraces(id: string) {
  const rows = (await raw.scanTable()).filter((row) => JSON.stringify(row).includes(id));
  const kinds = rows.map(({ pk }) => String(pk).split('#')[1] ?? '');
  return { rows, kinds, objects: await raw.listObjects(`tenants/${id}/`) };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The platform of a worker that vanishes again and again, before or after a write. */
function breakWrites(platform: Platform, random: () => number): Platform {
  const unsteady = async (write: () => Promise<void>) => {
    if (random() < BREAK) throw new Error('The worker is gone.');
    await write();
    if (random() < BREAK) throw new Error('The worker is gone, and its work is done.');
  };
  return {
    ...platform,
    table: { ...platform.table, transact: (writes) => unsteady(() => platform.table.transact(writes)) },
    bucket: {
      scope(tenantId) {
        const bucket = platform.bucket.scope(tenantId);
        return { ...bucket, remove: (paths) => unsteady(() => bucket.remove(paths)) };
      },
    },
  };
}

it('a tenant leaves nothing behind but what its certificate names, however often the worker vanishes', async () => {
  const { id, client, apiKey } = { ...leaver, id: leaver.ids.tenant };
  const { service } = stage;
  const stayer = await service.createTenantClient('Stayer');
  await createReadySample(stayer.client, await loadImage('deeppcb/00041000_temp.jpg'));

  const wrong = await requestDeletion(client, 'deleteTenant', { id, confirmation: 'leaver' });
  expect(wrong.errors).toMatchObject([{ code: 'INVALID' }]);
  const first = await startDeletion(client, 'deleteTenant', { id, confirmation: 'Leaver', graceDays: 1 });
  expect(first).toMatchObject({
    state: 'SCHEDULED',
    subject: 'TENANT',
    targetId: id,
    requestedByKind: 'apiKey',
  });
  expect((await startDeletion(client, 'deleteTenant', { id, confirmation: 'Leaver' })).id).toBe(first.id);
  const { deletion: cancelled } = await requestDeletion(client, 'cancelTenantDeletion', { id });
  expect(cancelled).toMatchObject({ id: first.id, state: 'CANCELLED' });
  const { id: deletionId } = await startDeletion(client, 'deleteTenant', { id, confirmation: 'Leaver' });

  const before = await findTraces(id);
  expect(new Set(before.kinds).size).toBeGreaterThan(20);
  expect(before.objects.length).toBeGreaterThan(5);
  const others = await findTraces(stayer.id);

  let now = Date.now() + 8 * DAY_MS;
  const random = createRandom(7);
  // Each look at the clock takes a second, so that a run ends after a few steps.
  const steady = raw.openPlatform(() => (now += 1000));
  const platform = breakWrites(steady, random);
  const read = () => createTenantScope(steady, 'operator').table.get(deletionKind, deletionId);
  let late = false;
  let broken = 0;
  let job: Deletion | undefined;
  for (let run = 0; run < 500 && job?.state !== 'DONE'; run++) {
    const lease = { token: `worker ${run}`, until: now + 60_000 };
    const again = await runDeletion(platform, 'operator', deletionId, lease, now + 4000).catch(() => {
      broken += 1;
      return undefined;
    });
    now = Math.max(again ?? 0, now + 61_000);
    job = await read();
    if (!late && (job?.counts.rows ?? 0) > 0 && job?.state !== 'DONE') {
      // Somebody who should not be there any more writes all the same.
      late = true;
      const scope = createTenantScope(steady, id);
      await scope.bucket.put(`samples/${leaver.ids.sample}/views/9.jpg`, Buffer.from('late'), 'image/jpeg');
      await scope.table.transact([scope.table.add('quota', 'forever', 'shard#0', { STORAGE_BYTES: 1 })]);
    }
  }
  expect(job?.state).toBe('DONE');
  expect(late).toBe(true);
  expect(broken).toBeGreaterThan(3);

  const after = await findTraces(id);
  expect(after.objects).toEqual([]);
  const kept = readCounts((job?.kept ?? []).map(({ what, rows }) => ({ kind: what, count: rows })));
  const count = (kind: string) => after.kinds.filter((one) => one === kind).length;
  expect(new Set(after.kinds)).toEqual(new Set(['auditEntry', 'deletion', 'usage']));
  expect(kept).toEqual({
    auditEntries: count('auditEntry'),
    certificates: count('deletion'),
    usage: count('usage'),
  });
  for (const row of after.rows)
    if (!String(row.pk).includes('#deletion#')) expect(row.ttl).toBeTypeOf('number');
  // Each row counted once: those that were there, the late one, and none that stays.
  const gone = before.rows.filter(
    ({ pk, sk }) => !after.rows.some((row) => row.pk === pk && row.sk === sk),
  ).length;
  expect(job?.counts.rows).toBe(gone + 1);
  const objects = ['files', 'views', 'overlays', 'audits', 'manifests', 'results', 'exports'] as const;
  const removed = objects.reduce((sum, name) => sum + (job?.counts[name] ?? 0), 0);
  expect(removed).toBe(before.objects.length + 1);

  const untouched = await findTraces(stayer.id);
  expect(untouched.objects).toEqual(others.objects);
  expect(untouched.rows.length).toBeGreaterThanOrEqual(others.rows.length);

  const seen = await readDeletion(service.operator, deletionId);
  expect(seen?.state).toBe('DONE');
  expect(seen?.certificate?.digest).toBe(digest(job));
  expect(readCounts(seen?.certificate?.kept ?? [])).toEqual(kept);
  const { tenant } = await service.operator.request<{ tenant: object | null }>(
    'query ($id: ID!) { tenant(id: $id) { id } }',
    { id },
  );
  expect(tenant).toBeNull();
  await eventually(async () => {
    const { status } = await ask(service.url, apiKey, { document: '{ viewer { actions } }', variables: {} });
    expect(status).toBe(401);
  });
  expect(await readDeletion(stayer.client, deletionId)).toBeNull();
}, 120_000);

/** As the guide says it. */
function digest(job: Deletion | undefined): string {
  const { id, subject, targetId, requestedBy, createdAt, endedAt, counts, kept } = job ?? {};
  const by = requestedBy as { kind: string; id?: string };
  const certificate = JSON.stringify({
    id,
    subject,
    targetId,
    requestedBy: { kind: by.kind, id: by.id ?? null },
    createdAt,
    endedAt,
    counts: Object.entries(counts ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    kept: (kept ?? []).map(({ what, rows }) => [what, rows]),
  });
  return createHash('sha256').update(certificate).digest('hex');
}
