import type { ApolloServerPlugin } from '@apollo/server';
import {
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  visit,
} from 'graphql';

interface Describable {
  description: string | null | undefined;
}

/** Gives the schema's members their descriptions, by `Type`, `Type.field`, `Type.field.argument` and `Enum.VALUE`. */
export function describeSchema(schema: GraphQLSchema, texts: Readonly<Record<string, string>>): void {
  const describe = (path: string, member: Describable) => {
    const text = texts[path];
    if (text !== undefined) member.description = text;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    describe(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) describe(`${type.name}.${value.name}`, value);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const path = `${type.name}.${field.name}`;
      describe(path, field);
      if ('args' in field) for (const argument of field.args) describe(`${path}.${argument.name}`, argument);
    }
  }
}

/**
 * Descriptions are two thirds of the schema's text, and only explorers read them: they are loaded with the first
 * introspection.
 */
export function createDescriptionsPlugin(schema: GraphQLSchema): ApolloServerPlugin {
  let describing: Promise<void> | undefined;

  async function loadDescriptions(): Promise<void> {
    const { descriptions } = await import('./generated/descriptions.ts');
    describeSchema(schema, descriptions);
  }

  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document }) {
          if (!isIntrospection(document)) return;
          describing ??= loadDescriptions();
          await describing;
        },
      };
    },
  };
}

function isIntrospection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
