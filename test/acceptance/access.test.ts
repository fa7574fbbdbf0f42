import { createHash } from 'node:crypto';
import { createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { ApiError, type Client, createClient, type UploadTicket, upload, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../isolation/world.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let owner: Client;

beforeAll(async () => {
  service = await startTestService();
  ({ client: owner } = await service.createTenantClient());
}, 120_000);
afterAll(() => service.dispose());

const connect = (apiKey: string) => createClient({ url: service.url, apiKey });
const TICKET = 'upload { method url headers { name value } fields { name value } expiresAt maxBytes }';
const VIEWER = '{ viewer { actions apiKey { id lastUsedAt scopes } tenant { id } } }';

async function refusal(request: Promise<unknown>): Promise<ApiError> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error('The request was not refused.');
  return error;
}

const codeOf = (error: ApiError) => error.errors[0]?.extensions;

describe('an API key', () => {
  it('may do what its role may, and a refusal names the action', async () => {
    const { key } = await createKey(owner, { role: 'VIEWER' });
    const refused = await refusal(
      connect(key).request(
        'mutation { createProfile(input: { name: "x", className: "x" }) { errors { code } } }',
      ),
    );
    expect(codeOf(refused)).toMatchObject({ code: 'FORBIDDEN', action: 'profile.create' });
  });

  it('is held to its scopes', async () => {
    const { key } = await createKey(owner, { role: 'OWNER', scopes: ['sample.read', 'tenant.read'] });
    const { viewer } = await connect(key).request<{ viewer: { actions: string[] } }>(VIEWER);
    expect(viewer.actions).toEqual(['sample.read', 'tenant.read']);
    expect(codeOf(await refusal(connect(key).request('{ profiles { edges { cursor } } }')))).toMatchObject({
      action: 'profile.read',
    });
  });

  it('makes no key that may do more than itself', async () => {
    const admin = connect(
      (await createKey(owner, { role: 'ADMIN', scopes: ['apiKey.create', 'sample.read'] })).key,
    );
    await expect(createKey(admin, { role: 'OWNER', scopes: ['sample.read'] })).resolves.toBeDefined();
    expect(
      codeOf(await refusal(createKey(admin, { role: 'VIEWER', scopes: ['inspection.read'] }))),
    ).toMatchObject({
      code: 'FORBIDDEN',
      action: 'inspection.read',
    });
  });

  it.each([
    [{ name: '', role: 'VIEWER' }, ['input', 'name']],
    [{ name: 'x', role: 'VIEWER', scopes: [] }, ['input', 'scopes']],
    [{ name: 'x', role: 'VIEWER', scopes: ['sample.create'] }, ['input', 'scopes']],
    [{ name: 'x', role: 'VIEWER', scopes: ['sample.everything'] }, ['input', 'scopes']],
    [{ name: 'x', role: 'VIEWER', expiresAt: '2020-01-01T00:00:00.000Z' }, ['input', 'expiresAt']],
  ])('is not made from %j', async (input, path) => {
    const { createApiKey } = await owner.request<{ createApiKey: object }>(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key errors { code path } } }',
      { input },
    );
    expect(createApiKey).toEqual({ key: null, errors: [{ code: 'INVALID', path }] });
  });

  it('is shown once: a replayed idempotency key gives the entry without it', async () => {
    const make = () =>
      owner.request<{ createApiKey: { apiKey: { id: string }; key: string | null } }>(
        `mutation { createApiKey(input: { name: "x", role: VIEWER, idempotencyKey: "once" }) {
          apiKey { id } key errors { code } } }`,
      );
    const [first, second] = [await make(), await make()];
    expect(first.createApiKey.key).toMatch(/^loupe_local_/);
    expect(second.createApiKey).toMatchObject({ apiKey: first.createApiKey.apiKey, key: null });
  });

  it('works with both secrets while a rotation’s grace lasts', async () => {
    const { id, key } = await createKey(owner, { role: 'VIEWER' });
    const { rotateApiKey } = await owner.request<{ rotateApiKey: { key: string } }>(
      `mutation ($id: ID!) { rotateApiKey(input: { id: $id, expectedVersion: 1, graceSeconds: 2 }) {
        key apiKey { previousExpiresAt } errors { code } } }`,
      { id },
    );
    await expect(connect(key).request(VIEWER)).resolves.toBeDefined();
    await expect(connect(rotateApiKey.key).request(VIEWER)).resolves.toBeDefined();
    await eventually(async () => expect((await refusal(connect(key).request(VIEWER))).status).toBe(401));
    await expect(connect(rotateApiKey.key).request(VIEWER)).resolves.toBeDefined();
  });

  it('is refused within seconds of its revocation, and leaves the list', async () => {
    const { id, key } = await createKey(owner, { role: 'VIEWER' });
    await connect(key).request(VIEWER);
    const revokedAt = performance.now();
    await owner.request('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { errors { code } } }', {
      id,
    });
    await eventually(async () => expect((await refusal(connect(key).request(VIEWER))).status).toBe(401));
    expect(performance.now() - revokedAt).toBeLessThan(3000);
    await eventually(async () => {
      const lists = await owner.request<Record<string, { edges: { node: { id: string } }[] }>>(
        `{ live: apiKeys(first: 100) { edges { node { id } } }
           revoked: apiKeys(filter: { revoked: true }) { edges { node { id } } } }`,
      );
      const ids = (list: string) => lists[list]?.edges.map(({ node }) => node.id);
      expect(ids('live')).not.toContain(id);
      expect(ids('revoked')).toContain(id);
    });
    const { rotateApiKey } = await owner.request<{ rotateApiKey: object }>(
      'mutation ($id: ID!) { rotateApiKey(input: { id: $id, expectedVersion: 2 }) { key errors { code } } }',
      { id },
    );
    expect(rotateApiKey).toEqual({ key: null, errors: [{ code: 'ARCHIVED' }] });
  });

  it('says when it was used last', async () => {
    const { id, key } = await createKey(owner, { role: 'VIEWER' });
    const read = () =>
      owner.request<{ node: { lastUsedAt: string | null } }>(
        'query ($id: ID!) { node(id: $id) { ... on ApiKey { lastUsedAt } } }',
        { id },
      );
    expect((await read()).node.lastUsedAt).toBeNull();
    const before = Date.now();
    await connect(key).request(VIEWER);
    expect(Date.parse((await read()).node.lastUsedAt ?? '')).toBeGreaterThanOrEqual(before);
  });
});

describe('a suspended tenant', () => {
  it('is refused within seconds, and works again when it is restored', async () => {
    const { id, client } = await service.createTenantClient('Suspended');
    await client.request(VIEWER);
    const act = (field: string) =>
      service.operator.request(
        `mutation ($id: ID!) { ${field}(input: { id: $id }) { tenant { archivedAt } errors { code } } }`,
        { id },
      );
    await act('archiveTenant');
    await eventually(async () => expect((await refusal(client.request(VIEWER))).status).toBe(401));
    await act('restoreTenant');
    await expect(client.request(VIEWER)).resolves.toBeDefined();
  });
});

describe('an upload token', () => {
  const createToken = async (client: Client, input: object = {}) => {
    const { createUploadToken } = await client.request<{ createUploadToken: { token: string } }>(
      `mutation ($input: CreateUploadTokenInput!) {
        createUploadToken(input: $input) { token expiresAt errors { code message } } }`,
      { input },
    );
    return connect(createUploadToken.token);
  };

  it('uploads, and may do nothing else', async () => {
    const phone = await createToken(owner);
    const { viewer } = await phone.request<{ viewer: object }>(VIEWER);
    expect(viewer).toEqual({ actions: ['inspection.create', 'sample.create'], apiKey: null, tenant: null });
    const { createSample } = await phone.request<{
      createSample: { sample: { id: string }; upload: { url: string } };
    }>(
      `mutation { createSample(input: { file: { name: "a.jpg", bytes: 5, contentType: "image/jpeg" } }) {
        sample { id } upload { url } } }`,
    );
    const { sample, upload } = createSample;
    expect(upload.url).toMatch(/^http/);
    const read = await refusal(
      phone.request('query ($id: ID!) { sample(id: $id) { id } }', { id: sample.id }),
    );
    expect(codeOf(read)).toMatchObject({ code: 'FORBIDDEN', action: 'sample.read' });
  });

  it('inspects by its own profile, and no file that is there already', async () => {
    const image = await loadImage('deeppcb/00041002_temp.jpg');
    const sample = await createReadySample(owner, image);
    const make = () => createProfile(owner, { name: 'board', className: 'board', referenceIds: [sample] });
    const [own, other] = [await make(), await make()];
    const phone = await createToken(owner, { profileId: own });
    const inspect = (profileId: string, source: object) =>
      phone.request<{ createInspection: { inspection: { state: string } | null; errors: object[] } }>(
        `mutation ($input: CreateInspectionInput!) {
          createInspection(input: $input) { inspection { state } errors { code path } } }`,
        { input: { profileId, source } },
      );
    const file = { name: 'a.jpg', bytes: 5, contentType: 'image/jpeg' };
    expect((await inspect(own, { file })).createInspection.inspection).toEqual({ state: 'QUEUED' });
    expect((await inspect(other, { file })).createInspection.errors).toEqual([
      { code: 'NOT_FOUND', path: ['input', 'profileId'] },
    ]);
    expect(codeOf(await refusal(inspect(own, { sampleId: sample })))).toMatchObject({
      action: 'sample.read',
    });
  });

  it('reads no verdict by sending once more what it sent', async () => {
    const image = await loadImage('deeppcb/00041002_temp.jpg');
    const referenceId = await createReadySample(owner, image);
    const profileId = await createProfile(owner, {
      name: 'board',
      className: 'board',
      referenceIds: [referenceId],
    });
    const phone = await createToken(owner, { profileId });
    const file = { name: 'a.jpg', bytes: image.bytes.length, contentType: 'image/jpeg' };
    const inspect = (selection: string) =>
      phone.request<{
        createInspection: {
          inspection: Parameters<typeof waitForInspection>[1];
          upload: UploadTicket;
        };
      }>(
        `mutation ($input: CreateInspectionInput!) {
          createInspection(input: $input) { inspection { id pollAfterMs ${selection} } ${TICKET} errors { code } } }`,
        { input: { profileId, source: { file }, idempotencyKey: 'once' } },
      );
    const { inspection, upload: ticket } = (await inspect('')).createInspection;
    await uploadFile(ticket, image.bytes);
    const done = await waitForInspection(owner, inspection);
    expect(done.verdict?.decision).toEqual(expect.any(String));
    expect((await inspect('state')).createInspection.inspection).toMatchObject({
      id: done.id,
      state: 'DONE',
    });
    for (const selection of ['verdict { decision }', 'decisionNow { decision }'])
      expect(codeOf(await refusal(inspect(selection))), selection).toMatchObject({
        action: 'inspection.read',
      });
  }, 60_000);

  it('ends with the key that made it', async () => {
    const { id, key } = await createKey(owner, { role: 'INSPECTOR' });
    const phone = await createToken(connect(key));
    await phone.request(VIEWER);
    await owner.request('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { errors { code } } }', {
      id,
    });
    await eventually(async () => expect((await refusal(phone.request(VIEWER))).status).toBe(401));
  });
});

describe('documents of our own clients', () => {
  const send = async (apiKey: string, body: object) => {
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(body),
    });
    const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    return { status: response.status, codes: errors.map(({ extensions }) => extensions.code) };
  };
  const unknown = { status: 400, codes: ['DOCUMENT_UNKNOWN'] };
  const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

  it('are all that a key may send which is held to them, by id or as text', async () => {
    const { createApiKey } = await owner.request<{
      createApiKey: { key: string; apiKey: { trustedDocumentsOnly: boolean } };
    }>(
      `mutation { createApiKey(input: { name: "line 4", role: INSPECTOR, trustedDocumentsOnly: true }) {
        key apiKey { trustedDocumentsOnly } errors { code } } }`,
    );
    expect(createApiKey.apiKey.trustedDocumentsOnly).toBe(true);
    const { bytes } = await loadImage('deeppcb/00041002_temp.jpg');
    const file = { content: new Blob([bytes], { type: 'image/jpeg' }), name: 'a.jpg' };
    const byId = createClient({ url: service.url, apiKey: createApiKey.key, documentsById: true });
    const id = await upload(byId, { ...file, uploadKey: 'by id' });
    expect(id).toMatch(/^smp_/);
    expect(await upload(connect(createApiKey.key), { ...file, uploadKey: 'by id' })).toBe(id);
    for (const query of [
      VIEWER,
      '{ __schema { types { name } } }',
      'mutation { createUploadToken(input: {}) { token } }',
    ])
      expect(await send(createApiKey.key, { query }), query).toEqual(unknown);
  });

  it('are known since the build: no request registers another', async () => {
    const { key } = await createKey(owner, { role: 'VIEWER' });
    expect(await send(key, { documentId: digest(VIEWER) })).toEqual(unknown);
    expect(await send(key, { query: VIEWER, documentId: digest(VIEWER) })).toEqual(unknown);
    for (const documentId of [VIEWER, 7, null, 'sha256:__proto__'])
      expect(await send(key, { documentId })).toEqual(unknown);
    const persistedQuery = { version: 1, sha256Hash: digest(VIEWER).slice('sha256:'.length) };
    expect(await send(key, { query: VIEWER, extensions: { persistedQuery } })).toMatchObject({ status: 200 });
    expect(await send(key, { extensions: { persistedQuery } })).toMatchObject({ status: 400 });
  });
});
