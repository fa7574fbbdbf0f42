import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';

/** What a document may ask for at most; measured before anything else looks at it. */
export const LIMITS = {
  /** Characters of the document. */
  characters: 100_000,
  tokens: 2000,
  /** Fields on the way from the operation to the deepest one. */
  depth: 15,
  /** Fields directly below an operation. */
  rootFields: 20,
  /** Fields in all. */
  fields: 600,
  aliases: 60,
  directives: 60,
  variables: 50,
  /** Objects and lists inside each other in the request's JSON. */
  jsonDepth: 24,
  /** Values in the request's JSON. */
  jsonValues: 20_000,
} as const;

interface Size {
  readonly depth: number;
  /** Fields of this level. */
  readonly breadth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
}

const NOTHING: Size = { depth: 0, breadth: 0, fields: 0, aliases: 0, directives: 0 };

/**
 * Says what is too much about a document; undefined when nothing is. Fragments count where they are spread, and each is
 * measured once, so the time taken grows with the document's length alone.
 */
export function findExcess(document: DocumentNode): string | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const measured = new Map<string, Size | 'open'>();
  let circle: string | undefined;

  function measure(selectionSet: SelectionSetNode): Size {
    return selectionSet.selections.reduce<Size>((total, selection) => {
      const directives = selection.directives?.length ?? 0;
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return add(total, measureFragment(selection.name.value), directives);
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return add(total, measure(selection.selectionSet), directives);
      const below = selection.selectionSet ? measure(selection.selectionSet) : NOTHING;
      const field: Size = {
        depth: below.depth + 1,
        breadth: 1,
        fields: below.fields + 1,
        aliases: below.aliases + (selection.alias ? 1 : 0),
        directives: below.directives,
      };
      return add(total, field, directives);
    }, NOTHING);
  }

  /** Unknown fragments are the business of validation. */
  function measureFragment(name: string): Size {
    const known = measured.get(name);
    if (known === 'open') circle = name;
    if (known !== undefined) return known === 'open' ? NOTHING : known;
    const fragment = fragments.get(name);
    if (!fragment) return NOTHING;
    measured.set(name, 'open');
    const size = measure(fragment.selectionSet);
    measured.set(name, size);
    return size;
  }

  for (const fragment of fragments.values()) measureFragment(fragment.name.value);
  let all = NOTHING;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure(definition.selectionSet);
    if (size.depth > LIMITS.depth) return `The query nests deeper than ${LIMITS.depth} fields.`;
    if (size.breadth > LIMITS.rootFields) return `An operation has at most ${LIMITS.rootFields} root fields.`;
    if ((definition.variableDefinitions?.length ?? 0) > LIMITS.variables)
      return `An operation has at most ${LIMITS.variables} variables.`;
    const ownDirectives = countDirectives(definition.directives, definition.variableDefinitions);
    all = add(all, size, ownDirectives);
  }
  if (circle !== undefined) return `The fragment ${circle} spreads itself.`;
  if (all.fields > LIMITS.fields)
    return `A document has at most ${LIMITS.fields} fields, fragments counted where they are spread.`;
  if (all.aliases > LIMITS.aliases) return `A document has at most ${LIMITS.aliases} aliases.`;
  if (all.directives > LIMITS.directives) return `A document has at most ${LIMITS.directives} directives.`;
  return undefined;
}

function countDirectives(
  own: readonly unknown[] = [],
  variables: readonly VariableDefinitionNode[] = [],
): number {
  return variables.reduce((sum, { directives = [] }) => sum + directives.length, own.length);
}

function add(left: Size, right: Size, directives: number): Size {
  return {
    depth: Math.max(left.depth, right.depth),
    breadth: left.breadth + right.breadth,
    fields: left.fields + right.fields,
    aliases: left.aliases + right.aliases,
    directives: left.directives + right.directives + directives,
  };
}

/** Says what is too much about a JSON value; undefined when nothing is. Goes by a stack, so no depth breaks it. */
export function findJsonExcess(json: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: json, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    values += 1;
    if (values > LIMITS.jsonValues) return `A request has at most ${LIMITS.jsonValues} values.`;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= LIMITS.jsonDepth)
      return `Objects and lists of a request nest at most ${LIMITS.jsonDepth} deep.`;
    const depth = next.depth + 1;
    const inner = Object.values(next.value);
    if (inner.length > LIMITS.jsonValues) return `A request has at most ${LIMITS.jsonValues} values.`;
    for (const value of inner) open.push({ value, depth });
  }
  return undefined;
}
