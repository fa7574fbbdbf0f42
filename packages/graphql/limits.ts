import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Largest document, in tokens. */
export const MAX_TOKENS = 2000;
/** Deepest nesting of fields. */
const MAX_DEPTH = 15;
/** Most fields directly below the operation, aliases counted. */
const MAX_ROOT_FIELDS = 20;

interface Size {
  readonly depth: number;
  /** Fields of this level, those of spread fragments among them. */
  readonly fields: number;
}

/** Refuses operations that nest too deeply or have too many root fields, fragments counted where they are spread. */
export function limitSize(context: ValidationContext): ASTVisitor {
  const fragments = new Map<string, Size>();

  function measure(selectionSet: SelectionSetNode, spreading: ReadonlySet<string>): Size {
    let depth = 0;
    let fields = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === 'Field') {
        const below = selection.selectionSet ? measure(selection.selectionSet, spreading).depth : 0;
        depth = Math.max(depth, 1 + below);
        fields += 1;
        continue;
      }
      const inner =
        selection.kind === 'InlineFragment'
          ? measure(selection.selectionSet, spreading)
          : measureFragment(context.getFragment(selection.name.value), spreading);
      depth = Math.max(depth, inner.depth);
      fields += inner.fields;
    }
    return { depth, fields };
  }

  /** Unknown and circular fragments are the business of other rules. */
  function measureFragment(
    fragment: FragmentDefinitionNode | null | undefined,
    spreading: ReadonlySet<string>,
  ): Size {
    const name = fragment?.name.value;
    if (!fragment || name === undefined || spreading.has(name)) return { depth: 0, fields: 0 };
    const known = fragments.get(name);
    if (known) return known;
    const size = measure(fragment.selectionSet, new Set([...spreading, name]));
    fragments.set(name, size);
    return size;
  }

  function refuse(message: string, nodes: OperationDefinitionNode): void {
    context.reportError(new GraphQLError(message, { nodes, extensions: { code: 'QUERY_TOO_COMPLEX' } }));
  }

  return {
    OperationDefinition(node) {
      const { depth, fields } = measure(node.selectionSet, new Set());
      if (depth > MAX_DEPTH) refuse(`The query nests deeper than ${MAX_DEPTH} fields.`, node);
      if (fields > MAX_ROOT_FIELDS) refuse(`An operation has at most ${MAX_ROOT_FIELDS} root fields.`, node);
    },
  };
}
