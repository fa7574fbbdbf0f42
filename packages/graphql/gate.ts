import { type DefinitionNode, GraphQLError, OperationTypeNode, parse } from 'graphql';
import type { TopLevelCodeName } from './error-codes.ts';
import { findExcess, findJsonExcess, LIMITS } from './limits.ts';

/** Why a request is not let in, before anybody asks who sends it. */
export interface Refusal {
  /** HTTP status, 4xx. */
  readonly status: number;
  readonly code: TopLevelCodeName;
  readonly message: string;
}

const MAX_REMEMBERED = 500;

/**
 * Refuses documents that are made to cost: checked before the schema, the credential or the table is touched. Documents
 * that passed are remembered, so a client's usual ones are not measured again.
 * @returns a function of the request's parsed body that gives the reason for a refusal, or undefined
 */
export function createGate(): (body: unknown) => Refusal | undefined {
  const passed = new Set<string>();

  function checkDocument(query: string): Refusal | undefined {
    if (passed.has(query)) return undefined;
    if (query.length > LIMITS.characters)
      return refuse('QUERY_TOO_COMPLEX', `A document has at most ${LIMITS.characters} characters.`);
    try {
      const document = parse(query, { maxTokens: LIMITS.tokens, noLocation: true });
      if (document.definitions.some(isSubscription))
        return refuse('BAD_REQUEST', 'There are no subscriptions. Ask again after `pollAfterMs`.');
      const excess = findExcess(document);
      if (excess !== undefined) return refuse('QUERY_TOO_COMPLEX', excess);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return refuse('GRAPHQL_PARSE_FAILED', error.message);
    }
    if (passed.size >= MAX_REMEMBERED) passed.clear();
    passed.add(query);
    return undefined;
  }

  return (body) => {
    if (Array.isArray(body))
      return refuse('BAD_REQUEST', 'Send one operation a request, not a list of them.');
    const excess = findJsonExcess(body);
    if (excess !== undefined) return refuse('QUERY_TOO_COMPLEX', excess);
    // What is no object at all is refused by the protocol.
    if (typeof body !== 'object' || body === null) return undefined;
    if (!('query' in body) || typeof body.query !== 'string')
      return refuse('BAD_REQUEST', 'Send the operation as the text `query`.');
    return checkDocument(body.query);
  };
}

function isSubscription(definition: DefinitionNode): boolean {
  return 'operation' in definition && definition.operation === OperationTypeNode.SUBSCRIPTION;
}

function refuse(code: Refusal['code'], message: string): Refusal {
  return { status: 400, code, message };
}
