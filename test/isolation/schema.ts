import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Call } from './calls.ts';

/** What the public schema offers to attack; read from the schema, so that whatever is new is found. */

const schema = buildSchema(
  readFileSync(join(import.meta.dirname, '..', '..', 'schema', 'schema.graphql'), 'utf8'),
);

/** `Query.sample`, `Mutation.createSample` … */
export const operations: readonly string[] = ['Query', 'Mutation'].flatMap((root) =>
  listFields(root).map((field) => `${root}.${field.name}`),
);

/** Types behind global ids. Models are the deployment's, not a tenant's. */
export const nodeTypes: readonly string[] = (() => {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('The schema has no interface Node.');
  return schema.getPossibleTypes(node).flatMap(({ name }) => (name === 'Model' ? [] : [name]));
})();

/** Every field that gives a page of a connection. */
export interface ConnectionField {
  readonly type: string;
  readonly field: string;
  /** Arguments without which it can't be asked. */
  readonly required: readonly string[];
}

export const connections: readonly ConnectionField[] = ['Query', ...nodeTypes].flatMap((type) =>
  listFields(type)
    .filter(
      (field) =>
        getNamedType(field.type).name.endsWith('Connection') &&
        field.args.some(({ name }) => name === 'after'),
    )
    .map((field) => ({
      type,
      field: field.name,
      required: field.args
        .filter((argument) => String(argument.type).endsWith('!') && argument.defaultValue === undefined)
        .map(({ name }) => name),
    })),
);

/** Every field of an input that holds ids, e.g. `DatasetItemInput.maskSampleId`. */
export const idFields: readonly string[] = Object.values(schema.getTypeMap())
  .filter(isInputObjectType)
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      getNamedType(field.type).name === 'ID' ? `${type.name}.${field.name}` : [],
    ),
  );

/** The fields of inputs that a call gives, in its variables or in its document. */
export function listGivenFields({ document, variables }: Call): string[] {
  const given: string[] = [];
  const collect = (type: GraphQLInputType | undefined, value: unknown): void => {
    const named = type && getNamedType(type);
    if (Array.isArray(value)) for (const each of value) collect(named, each);
    else if (isInputObjectType(named) && typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        given.push(`${named.name}.${name}`);
        collect(named.getFields()[name]?.type, inner);
      }
    }
  };
  const types = new TypeInfo(schema);
  visit(
    parse(document),
    visitWithTypeInfo(types, {
      enter(node) {
        if (node.kind === Kind.VARIABLE_DEFINITION) {
          const name = node.variable.name.value;
          collect(typeFromAST(schema, node.type as never) as GraphQLInputType | undefined, variables[name]);
        }
        const parent = types.getParentInputType();
        if (node.kind === Kind.OBJECT_FIELD && parent)
          given.push(`${getNamedType(parent).name}.${node.name.value}`);
      },
    }),
  );
  return given;
}

function listFields(typeName: string) {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

/** The name of a type's id in `Ids`: `profileVersion` of `ProfileVersion`. */
export function nameId(type: string): string {
  return `${type[0]?.toLowerCase()}${type.slice(1)}`;
}
