import {
  buildASTSchema,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isAbstractType,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import type { RequestContext } from './context.ts';
import { sdl } from './generated/sdl.ts';
import type { Resolvers } from './generated/types.ts';
import { resolvers } from './resolvers/index.ts';

/**
 * The executable schema. Resolvers are attached to the built SDL by hand: a general-purpose builder costs a fifth of a
 * cold start. What is checked before it is committed is not checked again, and has no descriptions yet.
 * @throws Error when a resolver has no field
 */
export function createSchema(): GraphQLSchema {
  const schema = buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true });
  attachResolvers(schema, resolvers);
  const dateTime = schema.getType('DateTime');
  if (isScalarType(dateTime)) {
    dateTime.serialize = DateTimeResolver.serialize;
    dateTime.parseValue = DateTimeResolver.parseValue;
    dateTime.parseLiteral = DateTimeResolver.parseLiteral;
  }
  return schema;
}

function attachResolvers(schema: GraphQLSchema, all: Resolvers): void {
  for (const [typeName, fields] of Object.entries(all)) {
    const type = schema.getType(typeName);
    if (isAbstractType(type) && '__resolveType' in fields) {
      type.resolveType = fields.__resolveType as GraphQLTypeResolver<unknown, RequestContext>;
      continue;
    }
    if (!isObjectType(type))
      throw new Error(`There are resolvers for ${typeName}, which is no type of the schema.`);
    for (const [fieldName, resolve] of Object.entries(fields)) {
      const field = type.getFields()[fieldName];
      if (!field) throw new Error(`There is a resolver for ${typeName}.${fieldName}, which is no field.`);
      field.resolve = resolve;
    }
  }
}
