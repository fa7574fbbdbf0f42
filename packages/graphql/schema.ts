import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { typeDefinitions } from './generated/type-definitions.ts';
import { LazySchema } from './lazy-schema.ts';
import { resolvers } from './resolvers/index.ts';

/**
 * The executable schema, for a short cold start: it was checked when it was generated, and is not again; its types are
 * made at their first use; descriptions come later.
 */
export function createSchema(): LazySchema {
  const { serialize, parseValue, parseLiteral } = DateTimeResolver;
  const dateTime = new GraphQLScalarType({ name: 'DateTime', serialize, parseValue, parseLiteral });
  return new LazySchema({ definitions: typeDefinitions, resolvers, scalars: [dateTime] });
}
