import { buildSchema, type FragmentDefinitionNode, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { computeCost } from './cost.ts';

const schema = buildSchema(`
  type Query { thing: Thing estimateCascade: Thing things(first: Int! = 25): Page nodes(ids: [ID!]!): [Thing] }
  type Page { edges: [Edge!]! }
  type Edge { node: Thing! }
  type Thing { id: ID! other: Thing parts(first: Int! = 25): Page either: Either }
  union Either = Thing | Page
`);

function cost(document: string, variables: Record<string, unknown> = {}): number {
  const { definitions } = parse(document);
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  const fragments = new Map(
    definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return computeCost({ schema, operation, fragments, variables });
}

describe('computeCost', () => {
  it('counts objects, not scalars', () => {
    expect(cost('{ thing { id a: id } }')).toBe(1);
    expect(cost('{ thing { other { id } } }')).toBe(2);
  });

  it('counts what a field reads though it gives one object', () => {
    expect(cost('{ estimateCascade { id } }')).toBe(501);
    expect(cost('{ a: estimateCascade { id } b: estimateCascade { id } thing { id } }')).toBe(1003);
  });

  it('multiplies by the page: 10 × (page 1 + edges 1 + node 1)', () => {
    expect(cost('{ things(first: 10) { edges { node { id } } } }')).toBe(30);
    expect(cost('{ things { edges { node { id } } } }')).toBe(75);
    expect(cost('query ($n: Int!) { things(first: $n) { edges { node { id } } } }', { n: 4 })).toBe(12);
    expect(cost('query ($n: Int! = 5) { things(first: $n) { edges { node { id } } } }')).toBe(15);
  });

  it('multiplies pages in pages, and by aliases', () => {
    const inner = (alias: string) => `${alias}: parts(first: 100) { edges { node { id } } }`;
    // 10 × (1 page + 1 edges + 1 node + 2 × 100 × 3)
    expect(cost(`{ things(first: 10) { edges { node { ${inner('a')} ${inner('b')} } } } }`)).toBe(6030);
  });

  it('counts ids, fragments and members of unions', () => {
    expect(cost('{ nodes(ids: ["a", "b", "c"]) { other { id } } }')).toBe(6);
    expect(cost('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['a', 'b'] })).toBe(2);
    expect(cost('{ thing { ...F ...F } } fragment F on Thing { other { id } }')).toBe(3);
    expect(cost('{ thing { either { __typename ... on Thing { other { id } } } } }')).toBe(3);
  });
});
