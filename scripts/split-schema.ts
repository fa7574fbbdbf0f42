import {
  type DocumentNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  visit,
} from 'graphql';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** The schema's syntax tree, without its descriptions and places in the text. */
export function parseBare(sdl: string): DocumentNode {
  return visit(parse(sdl, { noLocation: true }), {
    enter: (node) =>
      'description' in node && node.description ? { ...node, description: undefined } : undefined,
  });
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
