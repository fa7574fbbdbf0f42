import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isAbstractType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import type { RequestContext } from './context.ts';
import { schemaDocument } from './generated/schema-document.ts';
import type { Resolvers } from './generated/types.ts';
import { resolvers } from './resolvers/index.ts';

/**
 * The executable schema, for a short cold start: its SDL was parsed when it was generated and is kept as the syntax tree in
 * JSON, which is read in half the time; it was checked then, and is not again; resolvers are attached by hand instead of
 * by a general-purpose builder; descriptions come later.
 * @throws Error when a resolver has no field
 */
export function createSchema(): GraphQLSchema {
  const document: DocumentNode = JSON.parse(schemaDocument);
  const schema = buildASTSchema(document, { assumeValid: true });
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
