import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { calls } from '../isolation/calls.ts';
import type { Ids } from '../isolation/world.ts';
import { startDeletion } from '../support/deletion.ts';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { loadImage } from '../support/images.ts';
import { type MeteredCloud, startMeteredCloud } from '../support/metered-cloud.ts';

const ROWS = 4;
/** A list inside each object of a list reads once for each, as it must: its cost is counted before it runs. */
const DEPTH = 2;
/** What has no rows of its own to make: the operator's list of tenants, and people, whom an issuer vouches for. */
const WITHOUT_ROWS = ['members', 'tenants'];

const schema = buildSchema(
  await readFile(join(import.meta.dirname, '..', '..', 'schema', 'schema.graphql'), 'utf8'),
);

/** Everything of an object that needs no argument, and of the objects it points to. */
function selectAll(type: GraphQLObjectType, depth = DEPTH): string {
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined))
      return [];
    const named = getNamedType(field.type);
    if (isLeafType(named)) return [field.name];
    if (!isObjectType(named)) return [`${field.name} { __typename }`];
    if (named.name.endsWith('Connection') || depth === 1) return [];
    return [`${field.name} { ${selectAll(named, depth - 1)} }`];
  });
  return parts.length > 0 ? parts.join(' ') : '__typename';
}

function nodeOf(connection: GraphQLOutputType): GraphQLObjectType {
  const edge = getNamedType((getNamedType(connection) as GraphQLObjectType).getFields().edges?.type);
  const node = getNamedType((edge as GraphQLObjectType).getFields().node?.type);
  if (!isObjectType(node)) throw new Error(`${connection} has no objects.`);
  return node;
}

function listConnections(of: GraphQLSchema): { readonly name: string; readonly node: GraphQLObjectType }[] {
  return Object.values(of.getQueryType()?.getFields() ?? {})
    .filter(({ type }) => getNamedType(type).name.endsWith('Connection'))
    .map(({ name, type }) => ({ name, node: nodeOf(type) }));
}

describe('a page of a list', () => {
  let cloud: MeteredCloud;
  let client: Client;

  beforeAll(async () => {
    cloud = await startMeteredCloud();
    client = await cloud.createTenantClient('Pages');
    await makeRows(client);
  }, 120_000);

  afterAll(() => cloud?.stop());

  it.each(listConnections(schema).filter(({ name }) => !WITHOUT_ROWS.includes(name)))(
    '$name asks the table as often for one object as for many',
    async ({ name, node }) => {
      const ask = async (first: number) => {
        const document = `{ ${name}(first: ${first}) { edges { node { ${selectAll(node)} } } } }`;
        const counts: Record<string, number>[] = [];
        let rows: number | undefined;
        // Now and then a request reads its credential again, and the schedule looks for what is overdue.
        for (let time = 0; time < 5; time++) {
          cloud.read();
          const { [name]: page } = await client.request<Record<string, { edges: unknown[] }>>(document);
          rows = page?.edges.length;
          const asked = Object.entries(cloud.read().requests);
          counts.push(Object.fromEntries(asked.filter(([operation]) => operation.startsWith('dynamodb.'))));
        }
        const total = (count: Record<string, number>) =>
          Object.values(count).reduce((sum, one) => sum + one, 0);
        return { rows, asked: counts.toSorted((a, b) => total(a) - total(b))[0] };
      };
      const many = await ask(ROWS);
      const one = await ask(1);
      expect(one.rows).toBe(1);
      expect(many.rows).toBeGreaterThan(1);
      expect(many.asked).toEqual(one.asked);
    },
  );
});

/** What one call makes, by the calls that the isolation test knows. */
const MAKERS = [
  'createApiKey',
  'createConnection',
  'createDataset',
  'createInspection',
  'createProfile',
  'createSample',
  'createWebhook',
  'draftProfile',
  'inviteMember',
];

/** Several of everything. */
async function makeRows(client: Client): Promise<void> {
  const sample = await createReadySample(client, await loadImage('candle/normal.JPG'));
  const profile = await createProfile(client, { name: 'x', className: 'x' });
  const ids = { sample, profile } as Ids;
  // A tenant has one connection to a provider.
  const providers = ['GEMINI', 'OPENAI'];
  for (const name of MAKERS) {
    const [call] = calls[`Mutation.${name}`]?.(ids, {} as never, ids) ?? [];
    if (!call) throw new Error(`test/isolation/calls.ts has no call of ${name}.`);
    for (let row = 0; row < ROWS; row++) {
      const variables = JSON.parse(
        JSON.stringify(call.variables)
          .replace('x@example.com', `x${row}@example.com`)
          .replace('"GEMINI"', JSON.stringify(providers[row % providers.length])),
      );
      const answer = await client.request<Record<string, { errors: unknown[] }>>(call.document, variables);
      expect(answer[name]?.errors, name).toEqual([]);
    }
  }
  const datasetId = await createDataset(client);
  const item = { source: { sampleId: sample }, name: 'one', label: 'NORMAL', className: 'x' };
  const version = await addItems(client, datasetId, [item]);
  const evaluations: string[] = [];
  for (let row = 0; row < ROWS; row++) {
    const { id } = await createEvaluation(client, { profileId: profile, datasetVersionId: version.id });
    evaluations.push(id);
  }
  // What is still worked on would be counted, too.
  for (const id of evaluations) await waitForEvaluation(client, id);
  await makeJobs(client);
  await vi.waitUntil(async () => (await listStates(client)).join() === 'DONE', {
    timeout: 20_000,
    interval: 300,
  });
}

/** Deletions and exports, which are done one after the other. */
async function makeJobs(client: Client): Promise<void> {
  for (let row = 0; row < 2; row++) {
    await startDeletion(client, 'deleteDataset', { id: await createDataset(client) });
    await client.request('mutation { createExport(input: {}) { errors { code } } }');
    await vi.waitUntil(async () => !(await isExporting(client)), { timeout: 60_000, interval: 300 });
  }
}

async function isExporting(client: Client): Promise<boolean> {
  const { exports } = await client.request<{ exports: { edges: { node: { state: string } }[] } }>(
    '{ exports { edges { node { state } } } }',
  );
  return exports.edges.length === 0 || exports.edges.some(({ node }) => node.state !== 'DONE');
}

async function listStates(client: Client): Promise<string[]> {
  const { inspections } = await client.request<{ inspections: { edges: { node: { state: string } }[] } }>(
    '{ inspections { edges { node { state } } } }',
  );
  return [...new Set(inspections.edges.map(({ node }) => node.state))];
}
