import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: Client;
let apiKey: string;

beforeAll(async () => {
  service = await startTestService();
  ({ client, apiKey } = await service.createTenantClient());
}, 120_000);
afterAll(() => service.dispose());

interface Payload<T> {
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[];
  }[];
  readonly result: T | null;
}

/** Runs one mutation; its entity is selected under the alias `result`. */
async function mutate<T>(
  field: string,
  entity: string,
  selection: string,
  input: object,
): Promise<Payload<T>> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const data = await client.request<Record<string, Payload<T>>>(
    `mutation ($input: ${type}!) { ${field}(input: $input) {
      result: ${entity} { ${selection} } errors { code message path } } }`,
    { input },
  );
  const payload = data[field];
  if (!payload) throw new Error(`no payload of ${field}`);
  return payload;
}

describe('a profile', () => {
  it('gets a new version with every change of its definition, and none with a new name', async () => {
    const id = await createProfile(client, {
      name: 'Bottle',
      className: 'bottle',
      rules: ['It has a neck.'],
    });
    const fields =
      'id name version current { id number className rules threshold } versions { edges { node { number } } }';
    interface View {
      version: number;
      name: string;
      current: { id: string; number: number; className: string; rules: string[]; threshold: number | null };
      versions: { edges: { node: { number: number } }[] };
    }
    const renamed = await mutate<View>('updateProfile', 'profile', fields, {
      id,
      expectedVersion: 1,
      patch: { name: 'Glass bottle' },
    });
    expect(renamed.result).toMatchObject({ name: 'Glass bottle', version: 2, current: { number: 1 } });

    const changed = await mutate<View>('updateProfile', 'profile', fields, {
      id,
      expectedVersion: 2,
      patch: { threshold: 0.3, rules: ['It has a neck.', 'It has a cap.'] },
    });
    expect(changed.result).toMatchObject({
      version: 3,
      current: { number: 2, className: 'bottle', threshold: 0.3 },
    });
    await eventually(async () => {
      const { profile } = await client.request<{ profile: View }>(
        `query ($id: ID!) { profile(id: $id) { ${fields} } }`,
        { id },
      );
      expect(profile.versions.edges.map(({ node }) => node.number)).toEqual([2, 1]);
    });

    const cleared = await mutate<View>('updateProfile', 'profile', fields, {
      id,
      expectedVersion: 3,
      patch: { threshold: null },
    });
    expect(cleared.result?.current).toMatchObject({
      number: 3,
      threshold: null,
      rules: ['It has a neck.', 'It has a cap.'],
    });

    const emptied = await mutate<View>('updateProfile', 'profile', fields, {
      id,
      expectedVersion: 4,
      patch: { rules: null },
    });
    expect(emptied.result?.current).toMatchObject({ number: 4, rules: [] });
    const nameless = await mutate<View>('updateProfile', 'profile', fields, {
      id,
      expectedVersion: 5,
      patch: { name: null },
    });
    expect(nameless.errors).toMatchObject([{ code: 'INVALID', path: ['input', 'patch', 'name'] }]);

    const late = await mutate<View>('updateProfile', 'profile', fields, {
      id,
      expectedVersion: 1,
      patch: { name: 'Late' },
    });
    expect(late).toMatchObject({
      result: null,
      errors: [{ code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] }],
    });
  });

  it('takes only references that are READY', async () => {
    const waiting = await mutate<{ id: string }>('createSample', 'sample', 'id', {
      file: { name: 'a.jpg', bytes: 5, contentType: 'image/jpeg' },
    });
    const refused = await mutate('createProfile', 'profile', 'id', {
      name: 'x',
      className: 'x',
      referenceIds: [waiting.result?.id],
    });
    expect(refused.errors).toMatchObject([
      { code: 'SAMPLE_NOT_READY', path: ['input', 'referenceIds', '0'] },
    ]);
  });

  it('takes only a model that is there, and says what to do', async () => {
    const unknown = await mutate('createProfile', 'profile', 'id', {
      name: 'x',
      className: 'x',
      model: 'hal-9000',
    });
    expect(unknown.errors).toMatchObject([{ code: 'MODEL_UNAVAILABLE', path: ['input', 'model'] }]);
    const withoutKey = await mutate('createProfile', 'profile', 'id', {
      name: 'x',
      className: 'x',
      model: 'gemini-3.5-flash',
    });
    expect(withoutKey.errors[0]?.message).toContain('loupe/reference-match');
  });

  it('takes no inspections once archived, and leaves the list', async () => {
    const id = await createProfile(client, { name: 'Old', className: 'old' });
    const archived = await mutate<{ archivedAt: string }>('archiveProfile', 'profile', 'archivedAt', { id });
    expect(archived.result?.archivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const refused = await mutate('createInspection', 'inspection', 'id', {
      profileId: id,
      source: { file: { name: 'a.jpg', bytes: 5, contentType: 'image/jpeg' } },
    });
    expect(refused.errors).toMatchObject([{ code: 'ARCHIVED', path: ['input', 'profileId'] }]);
    await eventually(async () => {
      const lists = await client.request<Record<string, { edges: { node: { id: string } }[] }>>(
        '{ active: profiles { edges { node { id } } } archived: profiles(filter: { archived: true }) { edges { node { id } } } }',
      );
      expect(lists.active?.edges.map(({ node }) => node.id)).not.toContain(id);
      expect(lists.archived?.edges.map(({ node }) => node.id)).toContain(id);
    });
  });
});

describe('an idempotency key', () => {
  const file = { name: 'a.jpg', bytes: 5, contentType: 'image/jpeg' };

  it('creates once, also when the requests come at the same time', async () => {
    const input = { file, label: 'once', idempotencyKey: 'k-1' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => mutate<{ id: string }>('createSample', 'sample', 'id', input)),
    );
    expect(new Set(answers.map(({ result }) => result?.id)).size).toBe(1);
  });

  it('gives what it created even when the same request would be refused today, ticket and all', async () => {
    const profileId = await createProfile(client, { name: 'Soon old', className: 'x' });
    const input = { profileId, source: { file }, idempotencyKey: 'k-late' };
    const first = await mutate<{ id: string }>('createInspection', 'inspection', 'id', input);
    await mutate('archiveProfile', 'profile', 'id', { id: profileId });
    const { createInspection: again } = await client.request<{
      createInspection: { inspection: { id: string }; upload: { url: string } | null; errors: [] };
    }>(
      `mutation ($input: CreateInspectionInput!) {
        createInspection(input: $input) { inspection { id } upload { url } errors { code } } }`,
      { input },
    );
    expect(again).toMatchObject({ inspection: { id: first.result?.id }, errors: [] });
    expect(again.upload?.url).toMatch(/^http/);
  });

  it('is refused with another input', async () => {
    await mutate('createSample', 'sample', 'id', { file, idempotencyKey: 'k-2' });
    const other = await mutate('createSample', 'sample', 'id', {
      file,
      label: 'other',
      idempotencyKey: 'k-2',
    });
    expect(other.errors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT', path: ['input', 'idempotencyKey'] }]);
  });

  it('is kept apart by operation and by tenant', async () => {
    const key = 'k-3';
    const mine = await mutate<{ id: string }>('createSample', 'sample', 'id', { file, idempotencyKey: key });
    const profile = await mutate('createProfile', 'profile', 'id', {
      name: 'x',
      className: 'x',
      idempotencyKey: key,
    });
    expect(profile.errors).toEqual([]);
    const stranger = await service.createTenantClient('Stranger');
    const theirs = await stranger.client.request<{ createSample: { sample: { id: string } } }>(
      'mutation ($input: CreateSampleInput!) { createSample(input: $input) { sample { id } } }',
      { input: { file, idempotencyKey: key } },
    );
    expect(theirs.createSample.sample.id).not.toBe(mine.result?.id);
  });
});

describe('a list', () => {
  it('pages through everything once, newest first', async () => {
    const { client: own } = await service.createTenantClient('Pages');
    const created: string[] = [];
    for (let i = 0; i < 7; i++) created.push(await createProfile(own, { name: `P${i}`, className: 'p' }));
    await eventually(async () => {
      const seen: string[] = [];
      let after: string | null = null;
      let pages = 0;
      do {
        const data: {
          profiles: {
            edges: { node: { id: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        } = await own.request(
          'query ($after: String) { profiles(first: 3, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
          { after },
        );
        seen.push(...data.profiles.edges.map(({ node }) => node.id));
        after = data.profiles.pageInfo.hasNextPage ? data.profiles.pageInfo.endCursor : null;
        pages++;
      } while (after);
      expect(pages).toBe(3);
      expect(seen).toEqual(created.toReversed());
    });
  });

  it.each([0, 101])('refuses a page of %i', async (first) => {
    const refused = client.request('query ($first: Int!) { samples(first: $first) { edges { cursor } } }', {
      first,
    });
    await expect(refused).rejects.toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('node and nodes', () => {
  it('give any object of the tenant by its id, in the order asked, and null for none', async () => {
    const sample = await createReadySample(client, await loadImage('deeppcb/00041002_temp.jpg'));
    const profile = await createProfile(client, { name: 'N', className: 'n', referenceIds: [sample] });
    const { models, viewer } = await client.request<{
      models: { id: string; name: string }[];
      viewer: { tenant: { id: string }; apiKey: { id: string } };
    }>('{ models { id name } viewer { tenant { id } apiKey { id } } }');
    const ids = [
      profile,
      'nonsense',
      sample,
      models[0]?.id,
      viewer.tenant.id,
      viewer.apiKey.id,
      'smp_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    ];
    const { nodes } = await client.request<{ nodes: ({ __typename: string; id: string } | null)[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      { ids },
    );
    expect(nodes.map((node) => node?.__typename)).toEqual([
      'Profile',
      undefined,
      'Sample',
      'Model',
      'Tenant',
      'ApiKey',
      undefined,
    ]);
    expect(nodes[0]?.id).toBe(profile);
    expect(models[0]?.name).toBe('loupe/reference-match');
  });
});

describe('a request the API does not serve', () => {
  it.each([
    ['no credential', {}, 401, 'UNAUTHENTICATED'],
    ['a malformed credential', { authorization: 'Basic x' }, 401, 'UNAUTHENTICATED'],
    ['an unknown key', { authorization: 'Bearer loupe_local_x' }, 401, 'UNAUTHENTICATED'],
  ])('%s: introspection and all', async (_name, headers, status, code) => {
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ __schema { types { name } } }' }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  it('a body that is not JSON', async () => {
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query": ',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it.each([
    [
      'too deep',
      `{ __type(name: "Query") { ${'ofType { '.repeat(15)}name${' }'.repeat(15)} } }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'too wide',
      `{ ${Array.from({ length: 21 }, (_, i) => `a${i}: viewer { actions }`).join(' ')} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['too long', `{ viewer { ${'actions '.repeat(2100)} } }`, 'GRAPHQL_PARSE_FAILED'],
  ])('a query that is %s', async (_name, query, code) => {
    await expect(client.request(query)).rejects.toMatchObject({
      status: 400,
      errors: [{ extensions: { code } }],
    });
  });

  it('a query in the address that is too wide, whatever body comes with it', async () => {
    const query = `{ ${Array.from({ length: 21 }, (_, i) => `a${i}: viewer { actions }`).join(' ')} }`;
    for (const body of [undefined, JSON.stringify({ query: '{ viewer { actions } }' })]) {
      const answer = await getWithBody(`${service.url}?query=${encodeURIComponent(query)}`, body);
      expect(answer).toContain('QUERY_TOO_COMPLEX');
    }
  });

  it('a query that asks for too many objects, before it runs; others say what they cost, and are not cached', async () => {
    const versions = (alias: string) => `${alias}: versions(first: 100) { edges { node { id } } }`;
    const query = `{ profiles(first: 100) { edges { node { ${versions('a')} ${versions('b')} } } } }`;
    await expect(client.request(query)).rejects.toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }],
    });
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ query: '{ profiles(first: 2) { edges { node { id } } } }' }),
    });
    expect(await response.json()).toMatchObject({ extensions: { cost: { requested: 6, limit: 5000 } } });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('a browser: there is no page, and nothing is loaded from elsewhere', async () => {
    const response = await fetch(service.url, {
      headers: { accept: 'text/html', 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('<html');
  });

  it('another path', async () => {
    expect((await fetch(`${service.endpoints.api}/nothing`)).status).toBe(404);
    expect(await (await fetch(`${service.endpoints.api}/health`)).json()).toEqual({ status: 'ok' });
  });
});

/** `fetch` sends no body with a GET; others do. */
async function getWithBody(url: string, body: string | undefined): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
  const sent = request(url, {
    method: 'GET',
    headers: { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) },
  });
  const answer = new Promise<string>((resolve, reject) => {
    sent.on('response', (incoming) => text(incoming).then(resolve, reject));
    sent.on('error', reject);
  });
  sent.end(body);
  return answer;
}

describe('introspection', () => {
  it('has the descriptions that explorers show', async () => {
    const { __type: type } = await client.request<{
      __type: { description: string; fields: { name: string; description: string }[] };
    }>('{ __type(name: "Verdict") { description fields { name description } } }');
    expect(type.description).toBe('The judgement of one sample.');
    expect(type.fields.filter(({ description }) => !description)).toEqual([]);
  });
});
