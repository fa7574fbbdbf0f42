import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@loupe/sdk';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';

const root = join(import.meta.dirname, '..', '..');

/** What depends on the clock, or on objects that are no rows. */
const LEFT_OUT =
  /\.\w*url$|\.(pollAfterMs|perMinute|estimatedEndAt|upload|multipartUpload|report|exports|audit|usage|health|lastUsedAt)$|^Link\.|^(Invitation|Deletion)\.state$/i;
const DEEP = 3;

/** A document for each type behind a global id: everything that its row says of it. */
export function renderDocuments(): Record<string, string> {
  const schema = buildSchema(readFileSync(join(root, 'schema', 'schema.graphql'), 'utf8'));
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('The schema has no interface Node.');
  const types = schema.getPossibleTypes(node).filter(({ name }) => name !== 'Model');
  return Object.fromEntries(
    types.map((type) => [
      type.name,
      `query ($id: ID!) { node(id: $id) { __typename ... on ${type.name} { ${renderFields(type, DEEP)} } } }`,
    ]),
  );

  function renderFields(type: GraphQLObjectType, deep: number): string {
    return Object.values(type.getFields())
      .flatMap((field) => renderField(type.name, field, deep))
      .join(' ');
  }

  function renderField(owner: string, field: GraphQLField<unknown, unknown>, deep: number): string[] {
    const type = getNamedType(field.type);
    const isAsked = field.args.some(
      (one) => String(one.type).endsWith('!') && one.defaultValue === undefined,
    );
    if (isAsked || field.deprecationReason || LEFT_OUT.test(`${owner}.${field.name}`)) return [];
    if (isLeafType(type)) return [field.name];
    if (!isObjectType(type)) return [`${field.name} { __typename }`];
    if (type.name.endsWith('Connection') || deep === 0) return [];
    // Another object is told by its id: its own row says the rest.
    if (type.getInterfaces().some(({ name }) => name === 'Node')) return [`${field.name} { id }`];
    const fields = renderFields(type, deep - 1);
    return fields === '' ? [] : [`${field.name} { ${fields} }`];
  }
}

/** What the API says of each id, by the document of its type. */
export async function askNodes(
  client: Client,
  ids: readonly string[],
  documents: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const id of ids) {
    const { node: found } = await client.request<{ node: { __typename: string } | null }>(
      'query ($id: ID!) { node(id: $id) { __typename } }',
      { id },
    );
    const document = documents[found?.__typename ?? ''];
    if (!document) throw new Error(`${id} is ${found?.__typename ?? 'nothing'}.`);
    answers[id] = (await client.request<{ node: unknown }>(document, { id })).node;
  }
  return answers;
}
