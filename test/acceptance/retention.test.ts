import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { beginRetention, deletionKind, runDeletion } from '@loupe/core/deletion';
import { createTenantScope } from '@loupe/core/platform';
import { type Client, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCounts, readDeletion } from '../support/deletion.ts';
import { createDataset, importManifest } from '../support/evaluation.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { openRawCloud, type RawCloud } from '../support/raw-cloud.ts';
import { startTestService, type TestService } from '../support/service.ts';

const DAY_MS = 86_400_000;

let service: TestService;
let raw: RawCloud;
let tenantId: string;
let client: Client;
let ruled: string;
let unruled: string;
let referenceId: string;
let unusedId: string;
let datasetId: string;
const inspections: Record<'plain' | 'archived' | 'held' | 'other', { id: string; sampleId: string }> = {
  plain: { id: '', sampleId: '' },
  archived: { id: '', sampleId: '' },
  held: { id: '', sampleId: '' },
  other: { id: '', sampleId: '' },
};

beforeAll(async () => {
  service = await startTestService();
  raw = openRawCloud(service.endpoints);
  ({ id: tenantId, client } = await service.createTenantClient());
  referenceId = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
  unusedId = await createReadySample(client, await loadImage('deeppcb/00041000_test.jpg'));
  const profile = { className: 'board', referenceIds: [referenceId] };
  ruled = await createProfile(client, { ...profile, name: 'Ruled' });
  unruled = await createProfile(client, { ...profile, name: 'Unruled' });
  inspections.plain = await inspect(ruled);
  inspections.archived = await inspect(ruled);
  inspections.held = await inspect(ruled);
  inspections.other = await inspect(unruled);
  await client.request('mutation ($id: ID!) { archiveInspection(input: { id: $id }) { errors { code } } }', {
    id: inspections.archived.id,
  });
  datasetId = await createDataset(client);
  // More than one part: which samples it names is known from its index.
  const lines = Array.from({ length: 1001 }, (_, i) =>
    JSON.stringify({ item: `board ${i}`, class: 'board', label: 1, sampleId: inspections.held.sampleId }),
  );
  const { state } = await importManifest(client, { datasetId, format: 'JSONL' }, lines.join('\n'));
  expect(state).toBe('DONE');
}, 120_000);
afterAll(async () => {
  raw.close();
  await service.dispose();
});

async function inspect(profileId: string): Promise<{ id: string; sampleId: string }> {
  const file = await loadImage('deeppcb/00041000_test.jpg');
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  const { id } = await waitForInspection(client, inspection);
  const { inspection: seen } = await client.request<{ inspection: { sample: { id: string } } }>(
    'query ($id: ID!) { inspection(id: $id) { sample { id } } }',
    { id },
  );
  return { id, sampleId: seen.sample.id };
}

interface RuleView {
  readonly retention: object | null;
  readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[];
}

async function setRule(input: object): Promise<RuleView> {
  const { setRetention } = await client.request<{ setRetention: RuleView }>(
    `mutation ($input: SetRetentionInput!) { setRetention(input: $input) {
      retention { isOwn filesAfterDays viewsAfterDays inspectionsAfterDays unusedSamplesAfterDays } errors { code path } } }`,
    { input },
  );
  return setRetention;
}

/** Applies the rules as on a day from now on. Gives the certificate's counts, or nothing when nothing went. */
async function applyOn(day: number): Promise<Record<string, number> | undefined> {
  // Each look at the clock takes a second, so that the work is done in several runs.
  let now = Date.now() + day * DAY_MS;
  const platform = raw.openPlatform(() => (now += 1000));
  const begun = await beginRetention(platform, tenantId);
  if (!begun) throw new Error('The rules are not due.');
  for (let run = 0; run < 100; run++) {
    const lease = { token: `worker ${run}`, until: now + 60_000 };
    if ((await runDeletion(platform, tenantId, begun.id, lease, now + 10_000)) === undefined) break;
  }
  const stored = await createTenantScope(platform, tenantId).table.get(deletionKind, begun.id);
  if (!stored) return undefined;
  const seen = await readDeletion(client, begun.id);
  expect(seen).toMatchObject({ state: 'DONE', subject: 'RETENTION', requestedByKind: 'worker' });
  return readCounts(seen?.certificate?.counts ?? []);
}

async function look(what: keyof typeof inspections) {
  return client.request<{
    inspection: { verdict: { decision: string; overlay: object | null } } | null;
    sample: { state: string; original: object | null; views: object[] };
  }>(
    `query ($id: ID!, $sampleId: ID!) {
      inspection(id: $id) { verdict { decision overlay { url } } }
      sample(id: $sampleId) { state original { url } views { widthPx } } }`,
    { ...inspections[what] },
  );
}

describe('rules of retention', () => {
  it('are a profile’s own, or the tenant’s', async () => {
    expect(await setRule({ inspectionsAfterDays: 3000, unusedSamplesAfterDays: 200 })).toMatchObject({
      retention: {
        isOwn: false,
        inspectionsAfterDays: 3000,
        viewsAfterDays: null,
        unusedSamplesAfterDays: 200,
      },
      errors: [],
    });
    expect(
      await setRule({ profileId: ruled, filesAfterDays: 10, viewsAfterDays: 30, inspectionsAfterDays: 100 }),
    ).toMatchObject({
      retention: { isOwn: true, filesAfterDays: 10, viewsAfterDays: 30, unusedSamplesAfterDays: 200 },
      errors: [],
    });
    const { retention } = await client.request<{ retention: object }>(
      'query ($id: ID) { retention(profileId: $id) { isOwn inspectionsAfterDays viewsAfterDays } }',
      { id: unruled },
    );
    expect(retention).toEqual({ isOwn: false, inspectionsAfterDays: 3000, viewsAfterDays: null });
    const wrong = await setRule({ profileId: ruled, filesAfterDays: 31, viewsAfterDays: 30 });
    expect(wrong).toMatchObject({
      retention: null,
      errors: [{ code: 'INVALID', path: ['input', 'filesAfterDays'] }],
    });
    expect(await setRule({ profileId: ruled, unusedSamplesAfterDays: 30 })).toMatchObject({
      retention: null,
      errors: [{ code: 'INVALID', path: ['input', 'unusedSamplesAfterDays'] }],
    });
  });

  it('let nothing go before its time', async () => {
    expect(await applyOn(5)).toBeUndefined();
    expect((await look('plain')).sample).toMatchObject({ state: 'READY', original: {} });
  });

  it('take files first, and leave what datasets and profiles need', async () => {
    expect(await applyOn(11)).toMatchObject({ files: 4 });
    for (const what of ['plain', 'archived'] as const) {
      const { sample, inspection } = await look(what);
      expect(sample).toMatchObject({ state: 'READY', original: null });
      expect(sample.views.length).toBeGreaterThan(0);
      expect(inspection?.verdict.overlay).not.toBeNull();
    }
    for (const what of ['held', 'other'] as const)
      expect((await look(what)).sample.original, what).not.toBeNull();
    // The day after there is nothing left to take.
    expect(await applyOn(12)).toBeUndefined();
  });

  it('take pictures next, and verdicts outlive them', async () => {
    const counts = await applyOn(31);
    expect(counts).toMatchObject({ samples: 2, overlays: 2, audits: 2 });
    expect(counts?.inspections).toBeUndefined();
    for (const what of ['plain', 'archived'] as const) {
      const { sample, inspection } = await look(what);
      expect(sample).toMatchObject({ state: 'DELETED', views: [] });
      expect(inspection?.verdict).toMatchObject({ decision: expect.any(String), overlay: null });
    }
    expect((await look('held')).sample.state).toBe('READY');
  });

  it('take inspections at last; counts and health stay, and the audit log knows', async () => {
    expect(await applyOn(101)).toMatchObject({ inspections: 3 });
    for (const what of ['plain', 'archived', 'held'] as const)
      expect((await look(what)).inspection).toBeNull();
    expect((await look('held')).sample.state).toBe('READY');
    expect((await look('other')).inspection).not.toBeNull();
    await eventually(async () => {
      const { profile, auditLog } = await client.request<{
        profile: { counts: { done: number } };
        auditLog: { edges: { node: { action: string; targets: string[] } }[] };
      }>(
        `query ($id: ID!) { profile(id: $id) { counts { done } }
          auditLog(filter: { actorId: "retention" }) { edges { node { action targets } } } }`,
        { id: ruled },
      );
      expect(profile.counts.done).toBe(3);
      expect(auditLog.edges.map(({ node }) => node.action)).toEqual(Array(3).fill('applyRetention'));
    });
    const { sample } = await client.request<{ sample: { state: string } }>(
      'query ($id: ID!) { sample(id: $id) { state } }',
      { id: referenceId },
    );
    expect(sample.state).toBe('READY');
  });

  it('take samples that nothing needs, once a dataset does not need them any more either', async () => {
    const readStates = async () => {
      const ids = [unusedId, inspections.held.sampleId, inspections.other.sampleId, referenceId];
      const { nodes } = await client.request<{ nodes: { state: string }[] }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Sample { state } } }',
        { ids },
      );
      return nodes.map(({ state }) => state);
    };
    expect(await applyOn(199)).toBeUndefined();
    expect(await applyOn(201)).toMatchObject({ samples: 1, files: 2 });
    expect(await readStates()).toEqual(['DELETED', 'READY', 'READY', 'READY']);
    await client.request('mutation ($id: ID!) { archiveDataset(input: { id: $id }) { errors { code } } }', {
      id: datasetId,
    });
    // Its inspection is gone since day 101.
    expect(await applyOn(232)).toMatchObject({ samples: 1 });
    expect(await readStates()).toEqual(['DELETED', 'DELETED', 'READY', 'READY']);
  });
});
