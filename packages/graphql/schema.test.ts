import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  isAbstractType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { describeSchema } from './describe-schema.ts';
import { descriptions } from './generated/descriptions.ts';
import { resolvers } from './resolvers/index.ts';
import { createSchema } from './schema.ts';

const published = buildSchema(
  readFileSync(join(import.meta.dirname, '..', '..', 'schema', 'schema.graphql'), 'utf8'),
);

describe('the schema that is served', () => {
  test('is the published one, once it is described', () => {
    const schema = createSchema();
    describeSchema(schema, descriptions);
    expect(printSchema(lexicographicSortSchema(schema))).toBe(
      printSchema(lexicographicSortSchema(published)),
    );
  });

  test('is valid, so that it need not be validated at each start', () => {
    expect(validateSchema(published)).toEqual([]);
  });

  test('has a field for every resolver', () => {
    const missing = Object.entries(resolvers).flatMap(([typeName, members]) => {
      const type = published.getType(typeName);
      const known = isObjectType(type)
        ? Object.keys(type.getFields())
        : isAbstractType(type)
          ? ['__resolveType']
          : [];
      return Object.keys(members).flatMap((name) => (known.includes(name) ? [] : [`${typeName}.${name}`]));
    });
    expect(missing).toEqual([]);
  });
});
