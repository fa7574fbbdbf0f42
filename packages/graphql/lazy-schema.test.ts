import { buildSchema, graphqlSync, introspectionFromSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { listDefinitions } from '../../scripts/split-schema.ts';
import { LazySchema } from './lazy-schema.ts';

/** What the schema of Loupe has of the type system, and what it may have one day. */
const SDL = `
  type Query {
    node(id: ID!, at: Place = ROOF): Node
    search(query: Search!, first: Int = 10, tags: [String!] = ["a", "b"]): [[Hit!]]!
    old: String @deprecated(reason: "Ask for search.")
  }
  type Mutation { rename(input: Rename!): Beam }
  enum Place { ROOF, CELLAR @deprecated(reason: "Flooded.") }
  interface Node { id: ID! }
  type Beam implements Node { id: ID!, lengthM: Float, weighed: Boolean }
  type Bolt implements Node { id: ID! }
  union Hit = Beam | Bolt
  input Search @oneOf { text: String, id: ID }
  input Rename { id: ID!, name: String = "beam", force: Boolean @deprecated(reason: "Never was.") }
`;
const built = buildSchema(SDL);
const definitions = listDefinitions(built);

describe('a schema whose types are made when they are asked for', () => {
  test('is the one that graphql-js builds at once', () => {
    const lazy = new LazySchema({ definitions, resolvers: {}, scalars: [] });
    expect(sortTypes(introspectionFromSchema(lazy))).toEqual(sortTypes(introspectionFromSchema(built)));
  });

  test('answers over abstract types, variables and defaults as the other does', () => {
    const source = `query ($search: Search!) {
      node(id: "1") { __typename id ... on Beam { lengthM } ...bolt }
      search(query: $search) { ... on Node { id } ... on Beam { weighed } }
    }
    fragment bolt on Bolt { id }`;
    const beam = { __typename: 'Beam', id: '1', lengthM: 2.5, weighed: true };
    const rootValue = {
      node: beam,
      search: ({ first, tags }: { first: number; tags: string[] }) => [
        [beam, { __typename: 'Bolt', id: `${first}${tags}` }],
      ],
    };
    const ask = (schema: LazySchema | typeof built, search: object) =>
      graphqlSync({ schema, source, rootValue, variableValues: { search } });
    const lazy = new LazySchema({ definitions, resolvers: {}, scalars: [] });

    const answer = ask(lazy, { text: 'oak' });
    expect(answer.errors).toBeUndefined();
    expect(answer).toEqual(ask(built, { text: 'oak' }));
    expect(ask(lazy, { text: 'oak', id: '1' }).errors?.map(String)).toEqual(
      ask(built, { text: 'oak', id: '1' }).errors?.map(String),
    );
  });

  test('reads no type that an operation does not reach', () => {
    const unread = { ...definitions, Mutation: 'not JSON', Beam: 'not JSON' };
    const lazy = new LazySchema({ definitions: unread, resolvers: {}, scalars: [] });
    expect(graphqlSync({ schema: lazy, source: '{ old }', rootValue: { old: 'oak' } })).toEqual({
      data: { old: 'oak' },
    });
    expect(() => lazy.getType('Beam')).toThrow(SyntaxError);
  });

  test('knows no type that has the name of an object’s own property', () => {
    const lazy = new LazySchema({ definitions, resolvers: {}, scalars: [] });
    expect(lazy.getType('constructor')).toBeUndefined();
  });
});

function sortTypes({ __schema: schema }: ReturnType<typeof introspectionFromSchema>): unknown {
  return { ...schema, types: schema.types.toSorted((a, b) => a.name.localeCompare(b.name)) };
}
