import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** Largest document, in tokens. */
export const MAX_TOKENS = 2000;
/** Deepest nesting of fields. */
const MAX_DEPTH = 15;
/** Most fields directly below the operation, aliases counted. */
const MAX_ROOT_FIELDS = 20;

/** Refuses documents that are nested too deeply, before they run; fragments count where they are defined. */
export function limitDepth(context: ValidationContext): ASTVisitor {
  let depth = 0;
  return {
    Field: {
      enter(node) {
        depth++;
        if (depth === MAX_DEPTH + 1) {
          context.reportError(
            new GraphQLError(`The query nests deeper than ${MAX_DEPTH} fields.`, {
              nodes: node,
              extensions: { code: 'QUERY_TOO_COMPLEX' },
            }),
          );
        }
      },
      leave() {
        depth--;
      },
    },
  };
}

/** Refuses operations with too many root fields. */
export function limitRootFields(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.selectionSet.selections.length > MAX_ROOT_FIELDS) {
        context.reportError(
          new GraphQLError(`An operation has at most ${MAX_ROOT_FIELDS} root fields.`, {
            nodes: node,
            extensions: { code: 'QUERY_TOO_COMPLEX' },
          }),
        );
      }
    },
  };
}
