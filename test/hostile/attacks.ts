/** Known ways to make a GraphQL server work for nothing; each a request body. */

const body = (query: string, variables: unknown = {}) => JSON.stringify({ query, variables });
const repeat = (times: number, make: (position: number) => string) =>
  Array.from({ length: times }, (_, position) => make(position)).join(' ');

const doubling = repeat(30, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);

export const attacks: Readonly<Record<string, string>> = {
  'aliases overload': body(`{ ${repeat(1000, (i) => `a${i}: viewer { actions }`)} }`),
  'aliases below the root': body(`{ viewer { ${repeat(100, (i) => `a${i}: actions`)} } }`),
  'a batch': JSON.stringify(Array.from({ length: 100 }, () => ({ query: '{ viewer { actions } }' }))),
  'circular fragments': body('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
  'a circle nobody spreads': body('{ viewer { actions } } fragment A on Query { ...A }'),
  'deep introspection': body(
    `{ __schema { types { ${'fields { type { '.repeat(10)} name ${'} }'.repeat(10)} } } }`,
  ),
  'deep nesting': body(
    `{ inspections { edges { node { ${'profile { current { references { '.repeat(8)} id ${'} } }'.repeat(8)} } } } }`,
  ),
  'deep parentheses': body(`{ viewer(a: ${'['.repeat(900)}${']'.repeat(900)}) { actions } }`),
  'directives overload': body(`{ viewer ${'@include(if: true) '.repeat(600)} { actions } }`),
  'unknown directives overload': body(`{ viewer ${'@a '.repeat(900)} { actions } }`),
  'doubling fragments': body(`{ ...F0 } ${doubling} fragment F30 on Query { viewer { actions } }`),
  'fields repeated': body(`{ viewer { ${'actions '.repeat(1900)} } }`),
  'huge pages in pages': body(
    '{ profiles(first: 100) { edges { node { versions(first: 100) { edges { node { references { id } } } } } } } }',
  ),
  'a huge string': body(`{ node(id: "${'x'.repeat(500_000)}") { id } }`),
  'huge variables': body('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: Array.from({ length: 50_000 }, (_, i) => String(i)),
  }),
  'deep variables': `{"query":"query ($ids: [ID!]!) { nodes(ids: $ids) { id } }","variables":{"ids":${'['.repeat(5000)}${']'.repeat(5000)}}}`,
  'many operations': body(repeat(400, (i) => `query Q${i} { viewer { actions } }`)),
  'many variables': body(`query (${repeat(400, (i) => `$v${i}: ID`)}) { viewer { actions } }`),
  'node in node': body(
    `query ($id: ID!) { ${repeat(30, (i) => `n${i}: node(id: $id) { ... on Profile { versions(first: 100) { edges { node { id } } } } }`)} }`,
  ),
  'no document': JSON.stringify({ variables: {} }),
  'a document that is a number': JSON.stringify({ query: 1 }),
  'prototype pollution': '{"query":"{ __proto__ { a } }","variables":{"__proto__":{"a":1}}}',
  'root fields overload': body(`{ ${repeat(21, (i) => `a${i}: viewer { actions }`)} }`),
  'a surrogate half': body('{ viewer { \ud800 } }'),
  'tokens overload': body(`{ ${'{'.repeat(5000)}`),
  'unclosed string': body('{ node(id: "'),
  'unknown fields overload': body(`{ viewer { ${repeat(500, (i) => `unknown${i}`)} } }`),
  'unused fragments': body(
    `{ viewer { actions } } ${repeat(300, (i) => `fragment F${i} on Query { viewer { actions } }`)}`,
  ),
  'a persisted query that nobody stored': JSON.stringify({
    extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
  }),
};
