import type { ApolloServerPlugin } from '@apollo/server';
import { type AuditedAction, recordActions } from '@loupe/core/audit';
import {
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { RequestContext } from './context.ts';
import { readCode } from './errors.ts';

/**
 * Writes every mutation down before its answer is sent, refused ones too: whoever got an answer is in the log. A mutation
 * below a fragment is refused, so that none goes by unseen.
 */
export const auditPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (!operation) return;
        if (operation.operation !== OperationTypeNode.MUTATION) return;
        if (operation.selectionSet.selections.every(({ kind }) => kind === Kind.FIELD)) return;
        throw new GraphQLError('Name mutations in the operation itself, not in a fragment.', {
          extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
        });
      },
      async willSendResponse({ operation, schema, request, response, errors, contextValue }) {
        if (operation?.operation !== OperationTypeNode.MUTATION || response.body.kind !== 'single') return;
        const { data } = response.body.singleResult;
        // Without data nothing ran: the request was refused as a whole.
        if (!data) return;
        const actions = listFields(operation).map((field): AuditedAction => {
          const key = field.alias?.value ?? field.name.value;
          return {
            action: field.name.value,
            input: readInput(schema, field, request.variables ?? {}),
            result: data[key],
            outcome: readOutcome(data[key], errors ?? [], key),
            requestId: contextValue.requestId,
            address: contextValue.address,
          };
        });
        const { platform, session, listChanges } = contextValue;
        await recordActions(platform, session, actions, listChanges());
      },
    };
  },
};

function listFields({ selectionSet }: OperationDefinitionNode): FieldNode[] {
  return selectionSet.selections.filter(
    (selection): selection is FieldNode =>
      selection.kind === Kind.FIELD && selection.name.value !== '__typename',
  );
}

function readInput(
  schema: GraphQLSchema,
  field: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const definition = schema.getMutationType()?.getFields()[field.name.value];
  return definition && getArgumentValues(definition, field, variables);
}

function readOutcome(result: unknown, errors: readonly GraphQLError[], key: string): string[] {
  const thrown = errors.filter(({ path }) => path?.[0] === key).map((error) => readCode(error));
  const expected =
    typeof result === 'object' && result !== null && 'errors' in result && Array.isArray(result.errors)
      ? result.errors.map((error: { readonly code?: string }) => error.code ?? 'REFUSED')
      : [];
  const codes = [...thrown, ...expected];
  return codes.length > 0 ? codes : ['OK'];
}
