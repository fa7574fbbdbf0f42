/** Codes of errors that answer for a whole field or request, in `errors[].extensions.code`. */

interface TopLevelCode {
  /** HTTP status; 200 where only a field failed. */
  readonly status: number;
  readonly meaning: string;
  readonly remedy: string;
}

export const TOP_LEVEL_CODES = {
  BAD_REQUEST: {
    status: 400,
    meaning:
      'The request is no GraphQL request that is taken here: not JSON, too large, a batch, a subscription.',
    remedy: 'Send one query or mutation as JSON, by POST.',
  },
  BAD_USER_INPUT: {
    status: 200,
    meaning:
      'An argument is outside its limits, or a cursor is not of this list; 400 for a variable of a wrong type.',
    remedy: 'Mend what `argumentPath` and the message name.',
  },
  DOCUMENT_UNKNOWN: {
    status: 400,
    meaning:
      'The `documentId` names no document of ours, or the credential is held to those of our own clients.',
    remedy: 'Send the document itself, or use a credential that may.',
  },
  FORBIDDEN: {
    status: 200,
    meaning: 'The credential lacks the action in `extensions.action`.',
    remedy: 'Use a credential whose role and scopes have it.',
  },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    meaning: 'The document is not GraphQL, or has more than 2,000 tokens.',
    remedy: 'Mend the document.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    meaning: 'The document does not fit the schema.',
    remedy: 'Mend the document.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 200,
    meaning: 'Something failed on our side; 500 when there was no context to answer in.',
    remedy: 'Try again; report `requestId` when it stays.',
  },
  QUERY_TOO_COMPLEX: {
    status: 400,
    meaning: 'The document or its variables ask for too much: depth, fields, aliases, directives, objects.',
    remedy: 'Ask for smaller pages, fewer levels, or in several requests.',
  },
  QUOTA_EXCEEDED: {
    status: 200,
    meaning: 'A quota of the plan, named in `extensions.quota`, is used up.',
    remedy: 'Wait `retryAfterMs` where it is given, give something back, or ask for a larger plan.',
  },
  RATE_LIMITED: {
    status: 429,
    meaning: 'More was asked for than the plan’s rate allows.',
    remedy: 'Ask again after `retryAfterMs`.',
  },
  UNAUTHENTICATED: {
    status: 401,
    meaning: 'No credential, or one that is malformed, unknown, ended, or of a suspended tenant.',
    remedy: 'Send a valid one as `Authorization: Bearer …`.',
  },
} as const satisfies Readonly<Record<string, TopLevelCode>>;

export type TopLevelCodeName = keyof typeof TOP_LEVEL_CODES;
