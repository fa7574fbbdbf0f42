import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import type {
  FieldDefinition,
  InputDefinition,
  TypeDefinition,
} from '../packages/graphql/type-definitions.ts';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** Every type of the schema by its name, without descriptions, as JSON. */
export function listDefinitions(schema: GraphQLSchema): Record<string, string> {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  return Object.fromEntries(types.map((type) => [type.name, JSON.stringify(defineType(schema, type))]));
}

function defineType(schema: GraphQLSchema, type: GraphQLNamedType): TypeDefinition {
  if (isScalarType(type)) return { kind: 'scalar' };
  if (isEnumType(type)) {
    return {
      kind: 'enum',
      values: Object.fromEntries(type.getValues().map((value) => [value.name, defineDeprecation(value)])),
    };
  }
  if (isInputObjectType(type)) {
    const fields = mapByName(Object.values(type.getFields()), defineInput);
    return { kind: 'input', ...(type.isOneOf && { isOneOf: true as const }), fields };
  }
  if (isObjectType(type)) {
    return {
      kind: 'object',
      interfaces: type.getInterfaces().map(({ name }) => name),
      fields: mapByName(Object.values(type.getFields()), defineField),
    };
  }
  if (isInterfaceType(type)) {
    const { objects, interfaces } = schema.getImplementations(type);
    if (interfaces.length > 0) throw new Error(`${type.name}: interfaces of interfaces are not kept.`);
    return {
      kind: 'interface',
      objects: objects.map(({ name }) => name),
      fields: mapByName(Object.values(type.getFields()), defineField),
    };
  }
  return { kind: 'union', types: type.getTypes().map(({ name }) => name) };
}

function defineField(field: GraphQLField<unknown, unknown>): FieldDefinition {
  return {
    type: String(field.type),
    ...(field.args.length > 0 && { args: mapByName(field.args, defineInput) }),
    ...defineDeprecation(field),
  };
}

function defineInput(
  input: Pick<GraphQLInputField, 'type' | 'defaultValue' | 'deprecationReason'>,
): InputDefinition {
  return {
    type: String(input.type),
    ...(input.defaultValue !== undefined && { defaultValue: input.defaultValue }),
    ...defineDeprecation(input),
  };
}

function defineDeprecation({ deprecationReason }: { deprecationReason?: string | null | undefined }) {
  return deprecationReason === null || deprecationReason === undefined ? {} : { deprecationReason };
}

function mapByName<T extends { readonly name: string }, R>(
  members: readonly T[],
  map: (member: T) => R,
): Record<string, R> {
  return Object.fromEntries(members.map((member) => [member.name, map(member)]));
}

/** Every description by the path of what it is of: `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`. */
export function listDescriptions(schema: GraphQLSchema): Record<string, string> {
  const texts: Record<string, string> = {};
  const note = (path: string, { description }: Described) => {
    if (description) texts[path] = description;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    note(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const path = `${type.name}.${field.name}`;
      note(path, field);
      if ('args' in field) for (const argument of field.args) note(`${path}.${argument.name}`, argument);
    }
  }
  return texts;
}
