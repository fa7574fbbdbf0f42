import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, UploadError, type UploadTicket, uploadFile } from '@loupe/sdk';
import { buildSchema, isObjectType } from 'graphql';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { type Call, calls } from './calls.ts';
import { buildWorld, type Cursors, type Ids, type World } from './world.ts';

const schema = buildSchema(
  readFileSync(join(import.meta.dirname, '..', '..', 'schema', 'schema.graphql'), 'utf8'),
);
const operations = ['Query', 'Mutation'].flatMap((root) => {
  const type = schema.getType(root);
  return isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${root}.${field}`) : [];
});

let service: TestService;
let victim: World;
let attacker: World;
/** Ids that are well-formed and nobody's. */
let nobody: Ids;

beforeAll(async () => {
  service = await startTestService();
  [victim, attacker] = await Promise.all([buildWorld(service, 'Victim'), buildWorld(service, 'Attacker')]);
  nobody = Object.fromEntries(
    Object.entries(victim.ids).map(([noun, id]) => [noun, `${id.slice(0, 4)}${ulid()}`]),
  ) as unknown as Ids;
}, 60_000);
afterAll(() => service.dispose());

/** Cursors that nobody was given. */
const madeUp: Cursors = Object.fromEntries(
  ['profiles', 'samples', 'inspections', 'versions'].map((list) => [list, 'AAAAAAAAAAAAAAAAAAAAAAAA']),
) as unknown as Cursors;

function listCalls(operation: string, ids: Ids, cursors: Cursors): readonly Call[] {
  const made = calls[operation]?.(ids, cursors) ?? [];
  if (made.length === 0) throw new Error(`${operation} has no call in calls.ts.`);
  return made;
}

/** Status and body of a raw request, without what differs from request to request. */
async function ask(apiKey: string, { document, variables }: Call): Promise<{ status: number; body: string }> {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query: document, variables }),
  });
  const body = (await response.text()).replaceAll(/"requestId":"[^"]*"/g, '"requestId":"…"');
  return { status: response.status, body };
}

function replaceIds(text: string, ids: Ids): string {
  return Object.entries(ids).reduce((result, [noun, id]) => result.replaceAll(id, `<${noun}>`), text);
}

/** Everything the victim can see of itself. */
async function takeSnapshot(): Promise<string> {
  return JSON.stringify(
    await victim.client.request(`{
      viewer { tenant { name version archivedAt } }
      profiles { edges { node { id name version archivedAt counts { done failed } } } }
      samples { edges { node { id label version archivedAt state } } }
      inspections { edges { node { id label version archivedAt state } } }
    }`),
  );
}

describe('every operation of the schema', () => {
  it('has its calls in the list', () => {
    expect(Object.keys(calls).toSorted()).toEqual(operations.toSorted());
  });

  it.each(operations)(
    "%s answers another tenant's ids and cursors like those that do not exist",
    async (operation) => {
      const before = await takeSnapshot();
      const foreign = listCalls(operation, victim.ids, victim.cursors);
      const missing = listCalls(operation, nobody, madeUp);
      for (const [position, call] of foreign.entries()) {
        const answer = await ask(attacker.apiKey, call);
        const reference = await ask(attacker.apiKey, missing[position] ?? call);
        expect(answer.body, 'the call is well-formed').not.toContain('GRAPHQL_VALIDATION_FAILED');
        expect(answer.status).toBe(reference.status);
        expect(replaceIds(answer.body, victim.ids)).toBe(replaceIds(reference.body, nobody));
        expect(answer.body).not.toContain('Victim');
      }
      expect(await takeSnapshot(), 'nothing of the victim has changed').toBe(before);
    },
  );

  it.each(operations)('%s needs a credential', async (operation) => {
    for (const call of listCalls(operation, victim.ids, victim.cursors)) {
      const answer = await ask('loupe_local_nobody', call);
      expect(answer.status).toBe(401);
      expect(answer.body).toContain('UNAUTHENTICATED');
    }
  });
});

describe('the calls of the list', () => {
  /** What a tenant may not do, with its own ids either. */
  const operators = new Set(['Query.tenants', 'Mutation.createTenant', 'Mutation.archiveTenant']);
  /** Done last, so that the others find everything as it was. */
  const order = operations.toSorted(
    (left, right) => Number(left.includes('archive')) - Number(right.includes('archive')),
  );

  it('are answered, when the ids are one’s own: they test what they name', async () => {
    const own = await buildWorld(service, 'Own');
    for (const operation of order) {
      for (const call of listCalls(operation, own.ids, own.cursors)) {
        // A sample that exists needs no ticket.
        const body = (await ask(own.apiKey, call)).body.replace('"upload":null', '');
        if (operators.has(operation)) expect(body, operation).toContain('FORBIDDEN');
        else if (operation.includes('.update'))
          expect(body, operation).toMatch(/VERSION_CONFLICT|"errors":\[\]\}/);
        else expect(body, operation).not.toMatch(/"code"|:null[,}]/);
      }
    }
  }, 30_000);
});

describe('lists', () => {
  it("hold nothing of another tenant's", async () => {
    await eventually(async () => {
      const lists = JSON.stringify(
        await attacker.client.request(`{
          viewer { tenant { id name } apiKey { id } }
          profiles { edges { node { id name versions { edges { node { id } } } } } }
          samples { edges { node { id } } }
          inspections { edges { node { id label } } }
          archived: inspections(filter: { archived: true }) { edges { node { id } } }
        }`),
      );
      for (const id of Object.values(victim.ids)) expect(lists).not.toContain(id);
      expect(lists).not.toContain('Victim');
      for (const id of Object.values(attacker.ids)) expect(lists).toContain(id);
    });
  });

  it.each(['profiles', 'samples', 'inspections'] as const)(
    "%s refuses another tenant's cursor",
    async (list) => {
      const document = `query ($after: String) { ${list}(after: $after) { edges { node { id } } } }`;
      const own = await ask(attacker.apiKey, { document, variables: { after: attacker.cursors[list] } });
      expect(own.body).not.toContain('errors');
      const answer = await ask(attacker.apiKey, { document, variables: { after: victim.cursors[list] } });
      expect(answer.body).toContain('BAD_USER_INPUT');
      const madeUp = await ask(attacker.apiKey, {
        document,
        variables: { after: 'AAAAAAAAAAAAAAAAAAAAAAAA' },
      });
      expect(answer.body).toBe(madeUp.body);
    },
  );

  it('of tenants is the operator’s alone', async () => {
    const answer = await ask(attacker.apiKey, {
      document: '{ tenants { edges { node { id } } } }',
      variables: {},
    });
    expect(answer.body).toContain('FORBIDDEN');
    expect(answer.body).toContain('tenant.list');
  });
});

describe('objects', () => {
  it("are reached by no link bent to another tenant's key", async () => {
    const { sample } = await attacker.client.request<{ sample: { original: { url: string } } }>(
      'query ($id: ID!) { sample(id: $id) { original { url } } }',
      { id: attacker.ids.sample },
    );
    expect((await fetchPatiently(sample.original.url)).status).toBe(200);
    const bent = sample.original.url
      .replace(attacker.ids.tenant, victim.ids.tenant)
      .replace(attacker.ids.sample, victim.ids.sample);
    expect((await fetchPatiently(bent)).status).toBe(403);
    expect((await fetchPatiently(bent.replace(/\?.*/, ''))).status).toBe(403);
  });

  it("are written by no ticket bent to another tenant's key", async () => {
    const { renewSampleUpload } = await attacker.client.request<{
      renewSampleUpload: { upload: UploadTicket };
    }>(
      `mutation ($id: ID!) { renewSampleUpload(input: { id: $id }) {
        upload { url method fields { name value } } } }`,
      { id: attacker.ids.awaitingSample },
    );
    const { upload } = renewSampleUpload;
    const fields = upload.fields.map(({ name, value }) => ({
      name,
      value: value
        .replace(attacker.ids.tenant, victim.ids.tenant)
        .replace(attacker.ids.awaitingSample, victim.ids.awaitingSample),
    }));
    const refused = uploadFile({ ...upload, fields }, new Uint8Array(5));
    await expect(refused).rejects.toBeInstanceOf(UploadError);
    await expect(refused).rejects.toMatchObject({ status: 403 });
  });
});

describe('a suspended tenant', () => {
  it('is refused from the next request on, like a key that never was', async () => {
    const { id, apiKey, client } = await service.createTenantClient('Suspended');
    await client.request('{ viewer { tenant { id } } }');
    await service.operator.request(
      'mutation ($id: ID!) { archiveTenant(input: { id: $id }) { tenant { id } } }',
      {
        id,
      },
    );
    const call = { document: '{ viewer { tenant { id } } }', variables: {} };
    const suspended = await ask(apiKey, call);
    const unknown = await ask(`${apiKey.slice(0, -8)}AAAAAAAA`, call);
    expect(suspended.status).toBe(401);
    expect(suspended.body).toBe(unknown.body);
  });
});

describe('the operator', () => {
  it('sees tenants, and nothing in them', async () => {
    const operator = createClient({ url: service.url, apiKey: service.operatorKey });
    const { tenant } = await operator.request<{ tenant: { name: string } }>(
      'query ($id: ID!) { tenant(id: $id) { name } }',
      { id: victim.ids.tenant },
    );
    expect(tenant.name).toBe('Victim');
    const query = {
      document: 'query ($id: ID!) { sample(id: $id) { id } }',
      variables: { id: victim.ids.sample },
    };
    expect((await ask(service.operatorKey, query)).body).toContain('FORBIDDEN');
  });
});
