import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { LimitError } from '@loupe/core/platform';
import {
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { RequestContext } from './context.ts';
import { computeCost, MAX_COST } from './cost.ts';

/** Refuses a request that can give too many objects before it runs, and reports the cost of every other. */
export const costPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    let cost: number | undefined;
    return {
      async validationDidStart({ contextValue: { charge: take, session } }) {
        // Finding the faults of a document is work, too. Its answer says what they are, whether the rate is used up or not.
        return async (faults) => {
          if (faults) await take?.(session, FAULTY_COST).catch(ignoreLimit);
        };
      },
      async didResolveOperation({ schema, document, operation, request, contextValue }) {
        if (!operation) return;
        const fragments = new Map(
          document.definitions
            .filter(
              (definition): definition is FragmentDefinitionNode =>
                definition.kind === Kind.FRAGMENT_DEFINITION,
            )
            .map((fragment) => [fragment.name.value, fragment]),
        );
        cost = computeCost({ schema, operation, fragments, variables: request.variables ?? {} });
        if (cost <= MAX_COST) {
          await charge(contextValue, cost, operation);
          return;
        }
        throw new GraphQLError(
          `The request asks for up to ${cost} objects; ${MAX_COST} are allowed. Ask for smaller pages or fewer levels.`,
          { extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400 } } },
        );
      },
      async willSendResponse({ response }) {
        if (cost === undefined || response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        singleResult.extensions = { ...singleResult.extensions, cost: { requested: cost, limit: MAX_COST } };
      },
    };
  },
};

const MUTATION_COST = 10;
/** What a document costs that does not fit the schema. */
const FAULTY_COST = 10;

function ignoreLimit(error: unknown): void {
  if (!(error instanceof LimitError)) throw error;
}

/** @throws GraphQLError RATE_LIMITED, HTTP 429, before anything runs */
async function charge(
  { charge: take, session }: RequestContext,
  objects: number,
  { operation, selectionSet }: OperationDefinitionNode,
): Promise<void> {
  const writes = operation === OperationTypeNode.MUTATION ? selectionSet.selections.length : 0;
  try {
    await take?.(session, 1 + objects + MUTATION_COST * writes);
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    const { code, message, retryAfterMs = 0 } = error;
    const headers = new HeaderMap();
    headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)));
    const extensions: Record<string, unknown> = { code, retryAfterMs, http: { status: 429, headers } };
    throw new GraphQLError(message, { extensions });
  }
}
