import fc from 'fast-check';
import { attacks } from './attacks.ts';

/** A grammar of request bodies that are wrong, excessive or merely odd, over real and made-up names of the schema. */

const name = fc.oneof(
  fc.constantFrom(
    'viewer',
    'node',
    'nodes',
    'profiles',
    'samples',
    'inspections',
    'edges',
    'id',
    'actions',
    'tenant',
    '__typename',
    '__schema',
    '__type',
    'versions',
    'current',
    'references',
    'views',
    'createApiKey',
    'signUp',
  ),
  fc.stringMatching(/^[_A-Za-z][_0-9A-Za-z]{0,12}$/),
);
const typeName = fc.constantFrom(
  'Query',
  'Mutation',
  'Node',
  'Profile',
  'Sample',
  'Nothing',
  'ID',
  '__Schema',
);

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer().map(String),
    fc.double({ noNaN: true }).map(String),
    fc.constantFrom('null', 'true', '$id', '$first', 'ENUM', '1e999', '9223372036854775808', '""', '"""a"""'),
    fc.string().map((text) => JSON.stringify(text)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 4 })
      .map((fields) => `{${fields.map(([key, inner]) => `${key}: ${inner}`).join(', ')}}`),
  ),
}));

const argumentsOf = fc
  .array(fc.tuple(fc.oneof(name, fc.constantFrom('id', 'ids', 'first', 'after', 'input')), value), {
    minLength: 1,
    maxLength: 3,
  })
  .map((list) => `(${list.map(([key, inner]) => `${key}: ${inner}`).join(', ')})`);
const directive = fc.constantFrom(
  '',
  '',
  '',
  ' @include(if: $on)',
  ' @skip(if: true)',
  ' @nothing',
  ' @deprecated',
);

const { selection } = fc.letrec<{ selection: string; set: string }>((tie) => ({
  selection: fc.oneof(
    { depthSize: 'medium' },
    fc.tuple(name, directive).map((parts) => parts.join('')),
    fc.tuple(name, argumentsOf, tie('set')).map((parts) => parts.join(' ')),
    fc.tuple(name, tie('set')).map((parts) => parts.join(' ')),
    fc.tuple(name, name).map(([alias, field]) => `${alias}: ${field}`),
    fc.tuple(typeName, tie('set')).map(([type, set]) => `... on ${type} ${set}`),
    fc.constantFrom('...A', '...B', '...C'),
  ),
  set: fc.array(tie('selection'), { minLength: 1, maxLength: 5 }).map((items) => `{ ${items.join(' ')} }`),
}));
const set = fc.array(selection, { minLength: 1, maxLength: 6 }).map((items) => `{ ${items.join(' ')} }`);

const operation = fc
  .tuple(
    fc.constantFrom('', 'query', 'mutation', 'subscription', 'query Q', 'query ($id: ID!, $first: Int = 5)'),
    set,
  )
  .map((parts) => parts.join(' '));
const fragment = fc
  .tuple(fc.constantFrom('A', 'B', 'C'), typeName, set)
  .map(([label, type, inner]) => `fragment ${label} on ${type} ${inner}`);
const document = fc
  .tuple(fc.array(operation, { minLength: 1, maxLength: 2 }), fc.array(fragment, { maxLength: 3 }))
  .map(([operations, fragments]) => [...operations, ...fragments].join('\n'));

/** A document with pieces cut out, doubled or swapped for noise. */
const mutated = fc
  .tuple(document, fc.nat(), fc.nat(), fc.string({ maxLength: 8 }))
  .map(([text, start, length, noise]) => {
    const from = start % (text.length + 1);
    return text.slice(0, from) + noise + text.slice(from + (length % 12));
  });
/** One shape, many times. */
const swollen = fc
  .tuple(fc.integer({ min: 2, max: 400 }), selection, fc.constantFrom(' ', ' x: ', ' } { ', ' { '))
  .map(([times, inner, joint]) => `{ ${Array.from({ length: times }, () => inner).join(joint)} }`);

const withVariables = (query: fc.Arbitrary<string>) =>
  fc
    .tuple(query, fc.oneof(fc.constant({}), fc.jsonValue({ maxDepth: 6 })))
    .map(([text, variables]) => JSON.stringify({ query: text, variables }));

export const hostileDocument: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: withVariables(document) },
  { weight: 3, arbitrary: withVariables(mutated) },
  { weight: 2, arbitrary: withVariables(swollen) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(attacks)) },
);
