import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, createClient, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { openRawCloud } from '../support/raw-cloud.ts';
import { startTestService, type TestService } from '../support/service.ts';

const KEY = 'sk-tenant-0123456789';
const GEMINI_KEY = 'gemini-tenant-0123456789';

let openai: ModelServer;
let gemini: Server;
let service: TestService;
let owner: Client;
let other: Client;

beforeAll(async () => {
  openai = await startOpenAiServer({ apiKey: KEY, models: ['gpt-4o'] });
  gemini = createServer((request, response) => {
    response.writeHead(request.headers['x-goog-api-key'] === GEMINI_KEY ? 200 : 403).end('{}');
  }).listen(0, '127.0.0.1');
  await once(gemini, 'listening');
  service = await startTestService({
    environment: {
      OPENAI_API_KEY: '',
      LOUPE_OPENAI_BASE_URL: openai.baseUrl,
      LOUPE_GEMINI_BASE_URL: `http://127.0.0.1:${(gemini.address() as AddressInfo).port}`,
    },
  });
  [{ client: owner }, { client: other }] = await Promise.all([
    service.createTenantClient('Owner'),
    service.createTenantClient('Other'),
  ]);
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await openai.stop();
  gemini.close();
  gemini.closeAllConnections();
});

async function connect(client: Client, provider: string, apiKey: string) {
  const { createConnection } = await client.request<{
    createConnection: { connection: { id: string; displayHint: string } };
  }>(
    `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) {
      connection { id displayHint } errors { code message } } }`,
    { input: { provider, apiKey } },
  );
  return createConnection.connection;
}

const check = async (client: Client, id: string) => {
  const { checkConnection } = await client.request<{
    checkConnection: { connection: { check: { working: boolean; detail: string } } };
  }>(
    `mutation ($id: ID!) { checkConnection(input: { id: $id }) {
      connection { check { working detail } } errors { code } } }`,
    { id },
  );
  return checkConnection.connection.check;
};

describe('a connection', () => {
  it('lets its tenant ask a model that the deployment has no key for, and nobody else', async () => {
    const image = await loadImage('deeppcb/00041000_temp.jpg');
    const make = async (client: Client) =>
      createProfile(client, {
        name: 'board',
        className: 'circuit board',
        model: 'gpt-4o',
        referenceIds: [await createReadySample(client, image)],
      });
    await expect(make(owner)).rejects.toThrow('MODEL_UNAVAILABLE');
    const { displayHint } = await connect(owner, 'OPENAI', KEY);
    expect(displayHint).toBe('…6789');
    const profile = await make(owner);
    const { inspection, upload } = await createInspection(owner, profile, image, {});
    if (!upload) throw new Error('no ticket');
    await uploadFile(upload, image.bytes);
    expect((await waitForInspection(owner, inspection)).state).toBe('DONE');
    await expect(make(other)).rejects.toThrow('MODEL_UNAVAILABLE');
  }, 120_000);

  it('makes its provider’s models available to its tenant wherever models are named, and to nobody else', async () => {
    await connect(owner, 'OPENAI', KEY);
    const reference = await createReadySample(owner, await loadImage('deeppcb/00041000_temp.jpg'));
    const profileId = await createProfile(owner, {
      name: 'board',
      className: 'circuit board',
      model: 'gpt-4o',
      referenceIds: [reference],
    });
    const ask = (client: Client) =>
      client.request<{ models: { id: string; name: string; available: boolean }[] }>(
        '{ models { id name available } }',
      );
    const find = async (client: Client) => (await ask(client)).models.find(({ name }) => name === 'gpt-4o');
    const [own, others] = [await find(owner), await find(other)];
    expect([own?.available, others?.available]).toEqual([true, false]);
    const seen = await owner.request<{
      profile: { current: { model: { available: boolean } } };
      node: { available: boolean };
      promptPreview: { inputTokens: number };
    }>(
      `query ($id: ID!, $model: ID!, $sample: ID!) {
        profile(id: $id) { current { model { available } } }
        node(id: $model) { ... on Model { available } }
        promptPreview(input: { profileId: $id, sampleId: $sample }) { inputTokens } }`,
      { id: profileId, model: own?.id, sample: reference },
    );
    expect(seen.profile.current.model.available).toBe(true);
    expect(seen.node.available).toBe(true);
    expect(seen.promptPreview.inputTokens).toBeGreaterThan(0);
    const draft = (client: Client, referenceId: string) =>
      client.request<{ draftProfile: { errors: { code: string }[] } }>(
        `mutation ($id: ID!) { draftProfile(input: { className: "b", referenceIds: [$id], model: "gpt-4o" }) {
          draft { id } errors { code } } }`,
        { id: referenceId },
      );
    expect((await draft(owner, reference)).draftProfile.errors).toEqual([]);
    const theirs = await createReadySample(other, await loadImage('deeppcb/00041000_temp.jpg'));
    expect((await draft(other, theirs)).draftProfile.errors).toMatchObject([{ code: 'MODEL_UNAVAILABLE' }]);
  }, 30_000);

  it('is made once for one idempotency key, and is bound to its input', async () => {
    const create = (apiKey: string) =>
      owner.request<{ createConnection: { connection: { id: string } | null; errors: { code: string }[] } }>(
        `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) {
          connection { id } errors { code } } }`,
        { input: { provider: 'GEMINI', apiKey, idempotencyKey: 'one connection' } },
      );
    const made = await Promise.all(Array.from({ length: 8 }, () => create(GEMINI_KEY)));
    const ids = new Set(made.map(({ createConnection }) => createConnection.connection?.id));
    expect(ids.size).toBe(1);
    expect((await create('another key')).createConnection.errors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });

  it('is checked with its provider', async () => {
    const wrong = await connect(owner, 'GEMINI', 'gemini-of-nobody');
    expect(await check(owner, wrong.id)).toEqual({ working: false, detail: 'The provider answered 403.' });
    const right = await connect(owner, 'GEMINI', GEMINI_KEY);
    expect(await check(owner, right.id)).toMatchObject({ working: true });
    await eventually(async () => {
      const { connections } = await owner.request<{ connections: { edges: { node: { id: string } }[] } }>(
        '{ connections { edges { node { id } } } }',
      );
      const ids = connections.edges.map(({ node }) => node.id);
      expect(ids).toContain(right.id);
      expect(ids, 'the earlier one was replaced').not.toContain(wrong.id);
    });
  });

  it('has its sealed key taken from its row when it ends', async () => {
    const { id } = await connect(owner, 'GEMINI', GEMINI_KEY);
    const raw = openRawCloud(service.endpoints);
    const read = async () =>
      (await raw.scanTable()).find((row) => String(row.pk).endsWith(`#connection#${id}`));
    expect(await read()).toHaveProperty('sealed');
    await owner.request('mutation ($id: ID!) { archiveConnection(input: { id: $id }) { errors { code } } }', {
      id,
    });
    expect(await read()).toMatchObject({ displayHint: expect.any(String), archivedAt: expect.any(Number) });
    expect(await read()).not.toHaveProperty('sealed');
    raw.close();
  });

  it('leaves its key nowhere on disk', async () => {
    await connect(owner, 'GEMINI', GEMINI_KEY);
    const files = await readdir(service.dataDir, { recursive: true, withFileTypes: true });
    const stored = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
    );
    expect(stored.length).toBeGreaterThan(3);
    for (const bytes of stored) {
      expect(bytes.includes(KEY)).toBe(false);
      expect(bytes.includes(GEMINI_KEY)).toBe(false);
    }
  });
});

describe('the audit log', () => {
  it('holds every mutation, refused ones too, without what was in it', async () => {
    const { client } = await service.createTenantClient('Audited');
    await client.request(
      'mutation { updateTenant(input: { id: "ten_x", expectedVersion: 1, patch: { name: "x" } }) { errors { code } } }',
    );
    const { id } = await connect(client, 'OPENAI', 'sk-not-to-be-seen');
    await expect(
      client.request('mutation { signUp(input: { name: "x" }) { errors { code } } }'),
    ).rejects.toThrow('FORBIDDEN');
    const entries = await eventually(async () => {
      const { auditLog } = await client.request<{ auditLog: { edges: { node: Record<string, unknown> }[] } }>(
        `{ auditLog { edges { node {
          action actorKind actorId outcome targets address requestId inputDigest resultDigest } } } }`,
      );
      if (auditLog.edges.length < 3) throw new Error('The log does not show all of it yet.');
      return auditLog.edges.map(({ node }) => node);
    });
    const { viewer } = await client.request<{ viewer: { apiKey: { id: string } } }>(
      '{ viewer { apiKey { id } } }',
    );
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['signUp', ['FORBIDDEN']],
      ['createConnection', ['OK']],
      ['updateTenant', ['NOT_FOUND']],
    ]);
    expect(entries[1]).toMatchObject({
      actorKind: 'apiKey',
      actorId: viewer.apiKey.id,
      targets: [id],
      address: '127.0.0.1',
      inputDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify(entries)).not.toContain('sk-not-to-be-seen');
  });

  it('says by digests what became of each target, and one entry goes on where the other ended', async () => {
    const { id: tenant, client } = await service.createTenantClient('Chained');
    const rename = (expectedVersion: number, name: string) =>
      client.request(
        `mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { tenant { id } errors { code } } }`,
        { input: { id: tenant, expectedVersion, patch: { name } } },
      );
    await rename(1, 'First');
    await rename(2, 'Second');
    await rename(2, 'Third');
    await client.request(
      'mutation { createDataset(input: { name: "d" }) { dataset { id } errors { code } } }',
    );
    const entries = await eventually(async () => {
      const { auditLog } = await client.request<{
        auditLog: {
          edges: {
            node: {
              outcome: string[];
              changes: { targetId: string; beforeDigest: string | null; afterDigest: string | null }[];
            };
          }[];
        };
      }>('{ auditLog { edges { node { outcome changes { targetId beforeDigest afterDigest } } } } }');
      expect(auditLog.edges).toHaveLength(4);
      return auditLog.edges.map(({ node }) => node);
    });
    const [created, refused, second, first] = entries;
    expect(created?.changes).toEqual([
      {
        targetId: expect.stringMatching(/^dst_/),
        beforeDigest: null,
        afterDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(refused).toEqual({ outcome: ['VERSION_CONFLICT'], changes: [] });
    expect(first?.changes).toMatchObject([{ targetId: tenant }]);
    expect(second?.changes).toMatchObject([
      { targetId: tenant, beforeDigest: first?.changes[0]?.afterDigest },
    ]);
    const digests = [
      first?.changes[0]?.beforeDigest,
      first?.changes[0]?.afterDigest,
      second?.changes[0]?.afterDigest,
    ];
    expect(new Set(digests).size).toBe(3);
  });

  it('is filtered by actor, action, target and time, page by page', async () => {
    const { id: tenant, client } = await service.createTenantClient('Filtered');
    const create = async (name: string) => {
      const { createDataset } = await client.request<{ createDataset: { dataset: { id: string } } }>(
        'mutation ($name: String!) { createDataset(input: { name: $name }) { dataset { id } errors { code } } }',
        { name },
      );
      return createDataset.dataset.id;
    };
    const archive = (id: string) =>
      client.request(
        'mutation ($id: ID!) { archiveDataset(input: { id: $id }) { dataset { id } errors { code } } }',
        { id },
      );
    const first = await create('first');
    const second = await create('second');
    await archive(first);
    const { viewer } = await client.request<{ viewer: { apiKey: { id: string } } }>(
      '{ viewer { apiKey { id } } }',
    );
    const list = async (filter: object, page: { first?: number; after?: string } = {}) => {
      const { auditLog } = await client.request<{
        auditLog: {
          edges: { node: { action: string; at: string; targets: string[] } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string | null };
        };
      }>(
        `query ($filter: AuditFilter, $first: Int = 25, $after: String) {
          auditLog(filter: $filter, first: $first, after: $after) {
            edges { node { action at targets } } pageInfo { hasNextPage endCursor } } }`,
        { filter, ...page },
      );
      return { ...auditLog.pageInfo, entries: auditLog.edges.map(({ node }) => node) };
    };
    const all = await eventually(async () => {
      const { entries } = await list({});
      if (entries.length < 3) throw new Error('The log does not show all of it yet.');
      return entries;
    });
    const actions = async (filter: object) => (await list(filter)).entries.map(({ action }) => action);
    expect(await actions({ actorId: viewer.apiKey.id })).toHaveLength(3);
    expect(await actions({ actorId: tenant })).toEqual([]);
    expect(await actions({ targetId: first })).toEqual(['archiveDataset', 'createDataset']);
    expect(await actions({ targetId: first, action: 'createDataset' })).toEqual(['createDataset']);
    expect(await actions({ targetId: second, action: 'archiveDataset' })).toEqual([]);
    const middle = all[1]?.at;
    const last = all[0]?.at;
    expect(await actions({ from: last })).toEqual(['archiveDataset']);
    expect(await actions({ from: middle, until: last })).toEqual(['createDataset']);
    const page = await list({ action: 'createDataset' }, { first: 1 });
    expect(page).toMatchObject({ hasNextPage: true, entries: [{ targets: [second] }] });
    const next = await list({ action: 'createDataset' }, { first: 1, after: page.endCursor ?? '' });
    expect(next).toMatchObject({ entries: [{ targets: [first] }] });
    await expect(list({ action: 'archiveDataset' }, { after: page.endCursor ?? '' })).rejects.toThrow(
      'cursor',
    );
  });

  it('holds one entry for each secret that a worker opens in an hour', async () => {
    const { auditLog } = await owner.request<{
      auditLog: { edges: { node: { actorKind: string; actorId: string; targets: string[]; at: string } }[] };
    }>(`{ auditLog(filter: { action: "openSecret" }) { edges { node { actorKind actorId targets at } } } }`);
    const opened = auditLog.edges.map(({ node }) => node);
    expect(opened.length).toBeGreaterThan(0);
    for (const { actorKind, actorId } of opened) expect([actorKind, actorId]).toEqual(['worker', 'infer']);
    const hours = opened.map(({ targets, at }) => `${targets[0]} ${at.slice(0, 13)}`);
    expect(new Set(hours).size).toBe(opened.length);
  });

  it('is kept as long as an owner says, within bounds', async () => {
    const { id, client } = await service.createTenantClient('Kept');
    const change = async (by: Client, version: number, auditDays: number | null) => {
      const { updateTenant } = await by.request<{
        updateTenant: { tenant: { auditDays: number } | null; errors: { code: string; path: string[] }[] };
      }>(
        `mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) {
          tenant { auditDays } errors { code path } } }`,
        { input: { id, expectedVersion: version, patch: { auditDays } } },
      );
      return updateTenant;
    };
    expect((await change(client, 1, 89)).errors).toMatchObject([
      { code: 'INVALID', path: ['input', 'patch', 'auditDays'] },
    ]);
    expect(await change(client, 1, 3650)).toMatchObject({ tenant: { auditDays: 3650 } });
    expect(await change(client, 2, null)).toMatchObject({ tenant: { auditDays: 400 } });
    const { createApiKey } = await client.request<{ createApiKey: { key: string } }>(
      'mutation { createApiKey(input: { name: "a", role: ADMIN }) { key errors { code } } }',
    );
    const admin = createClient({ url: service.url, apiKey: createApiKey.key });
    await expect(change(admin, 3, 90)).rejects.toThrow('tenant.setRetention');
  });

  it('sees no mutation hidden in a fragment: those are refused', async () => {
    const hidden =
      'mutation { ...F } fragment F on Mutation { updateTenant(input: { id: "x", expectedVersion: 1, patch: {} }) { errors { code } } }';
    await expect(owner.request(hidden)).rejects.toThrow('BAD_REQUEST');
  });
});
