import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';

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

function listFields(typeName: string) {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

/** The name of a type's id in `Ids`: `profileVersion` of `ProfileVersion`. */
export function nameId(type: string): string {
  return `${type[0]?.toLowerCase()}${type.slice(1)}`;
}
