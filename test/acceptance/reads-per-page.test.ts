import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calls } from '../isolation/calls.ts';
import type { Ids } from '../isolation/world.ts';
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
  }, 60_000);

  afterAll(() => cloud?.stop());

  it.each(listConnections(schema).filter(({ name }) => !WITHOUT_ROWS.includes(name)))(
    '$name asks the table as often for one object as for many',
    async ({ name, node }) => {
      const ask = async (first: number) => {
        const document = `{ ${name}(first: ${first}) { edges { node { ${selectAll(node)} } } } }`;
        const counts: Record<string, number>[] = [];
        let rows: number | undefined;
        // Now and then a request reads its credential again, too.
        for (let time = 0; time < 3; time++) {
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
      expect({ one: one.rows, many: many.rows }).toEqual({ one: 1, many: ROWS });
      expect(many.asked).toEqual(one.asked);
    },
  );
});

/** Several of everything that one call makes. */
async function makeRows(client: Client): Promise<void> {
  const { createSample } = await client.request<{ createSample: { sample: { id: string } } }>(
    'mutation { createSample(input: { file: { name: "a.jpg", bytes: 5, contentType: "image/jpeg" } }) { sample { id } } }',
  );
  const { createProfile } = await client.request<{ createProfile: { profile: { id: string } } }>(
    'mutation { createProfile(input: { name: "x", className: "x" }) { profile { id } } }',
  );
  const ids = { sample: createSample.sample.id, profile: createProfile.profile.id } as Ids;
  const makers = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter(
    (name) => /^(create|invite)/.test(name) && name !== 'createTenant' && name !== 'createUploadToken',
  );
  for (const name of makers) {
    const [call] = calls[`Mutation.${name}`]?.(ids, {} as never).slice(-1) ?? [];
    if (!call) throw new Error(`test/isolation/calls.ts has no call of ${name}.`);
    for (let row = 0; row < ROWS; row++) {
      const variables = JSON.parse(
        JSON.stringify(call.variables, (key, value) => {
          if (key === 'referenceIds') return undefined;
          return value === 'x@example.com' ? `x${row}@example.com` : value;
        }),
      );
      const answer = await client.request<Record<string, { errors: unknown[] }>>(call.document, variables);
      expect(answer[name]?.errors, name).toEqual([]);
    }
  }
}
