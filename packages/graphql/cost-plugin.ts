import type { ApolloServerPlugin } from '@apollo/server';
import { type FragmentDefinitionNode, GraphQLError, Kind } from 'graphql';
import type { RequestContext } from './context.ts';
import { computeCost, MAX_COST } from './cost.ts';

/** Refuses a request that can give too many objects before it runs, and reports the cost of every other. */
export const costPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    let cost: number | undefined;
    return {
      async didResolveOperation({ schema, document, operation, request }) {
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
        if (cost <= MAX_COST) return;
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
