import { unwrapResolverError } from '@apollo/server/errors';
import { DomainError, ForbiddenError, LimitError, UnauthenticatedError } from '@loupe/core/platform';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { TopLevelCodeName } from './error-codes.ts';

interface KnownError {
  readonly code: TopLevelCodeName;
  readonly message: string;
  /** What the caller needs beside the message. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Errors a caller may see as they are, by their code. */
function classify(error: unknown): KnownError | undefined {
  if (error instanceof UnauthenticatedError) return { code: 'UNAUTHENTICATED', message: error.message };
  if (error instanceof ForbiddenError) {
    return { code: 'FORBIDDEN', message: error.message, details: { action: error.action } };
  }
  if (error instanceof LimitError) {
    const { code, message, retryAfterMs, quota } = error;
    return {
      code,
      message,
      details: { ...(retryAfterMs !== undefined && { retryAfterMs }), ...(quota !== undefined && { quota }) },
    };
  }
  if (error instanceof DomainError) {
    return { code: 'BAD_USER_INPUT', message: error.message, details: { argumentPath: error.path } };
  }
  return undefined;
}

/** The code a caller sees of an error. */
export function readCode(error: GraphQLError): string {
  const code = classify(unwrapResolverError(error))?.code ?? error.extensions.code;
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}

/** What the caller sees when there is no context to run in: a refused credential, or a failure of ours. */
export function createContextError(error: unknown, requestId: string): GraphQLError {
  if (error instanceof UnauthenticatedError) {
    return new GraphQLError(error.message, {
      extensions: { code: 'UNAUTHENTICATED', requestId, http: { status: 401 } },
    });
  }
  return new GraphQLError(describeInternalError(requestId), {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId, http: { status: 500 } },
  });
}

function describeInternalError(requestId: string): string {
  return `Something went wrong on our side. Quote the request id ${requestId} when you report it.`;
}

/**
 * What the caller sees of an error. Anything unexpected becomes INTERNAL_SERVER_ERROR without its message: that goes to
 * the log, under the same request id.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId: string,
): GraphQLFormattedError {
  const known = classify(unwrapResolverError(error));
  const place = {
    ...(formatted.path && { path: formatted.path }),
    ...(formatted.locations && { locations: formatted.locations }),
  };
  if (known) {
    const { code, message, details } = known;
    return { message, ...place, extensions: { code, requestId, ...details } };
  }
  const code = readLimitCode(error) ?? formatted.extensions?.code;
  if (code === undefined || code === 'INTERNAL_SERVER_ERROR') {
    return {
      message: describeInternalError(requestId),
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    };
  }
  const retryAfterMs = formatted.extensions?.retryAfterMs;
  return {
    message: formatted.message,
    ...place,
    extensions: { code, requestId, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  };
}

/** The code a limit gave its validation error, which Apollo hides behind its own. */
function readLimitCode(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError instanceof GraphQLError
    ? error.originalError.extensions.code
    : undefined;
}

/** Whether the error is ours to repair, and so to be logged. */
export function isUnexpected(error: unknown): boolean {
  const original = unwrapResolverError(error);
  if (classify(original)) return false;
  const code = original instanceof GraphQLError ? original.extensions.code : undefined;
  return code === undefined || code === 'INTERNAL_SERVER_ERROR';
}
