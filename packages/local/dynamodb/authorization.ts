import type { IncomingMessage } from 'node:http';
import { type ApiError, createProtocolError } from './errors.ts';

const PARAMETERS = ['Credential', 'Signature', 'SignedHeaders'];

/**
 * Looks for a Signature Version 4 in the headers, without verifying it: any credentials do. Returns AWS's
 * error if there is none or a part is missing.
 */
export function findAuthorizationError({ headers }: IncomingMessage): ApiError | undefined {
  const { authorization } = headers;
  if (authorization === undefined || !authorization.trim().startsWith('AWS4-')) {
    return createProtocolError(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    );
  }
  const present = new Set(authorization.split(/[ ,]+/).map((pair) => pair.split('=')[0]));
  const problems = PARAMETERS.filter((parameter) => !present.has(parameter)).map(
    (parameter) => `Authorization header requires '${parameter}' parameter. `,
  );
  if (headers['x-amz-date'] === undefined && headers.date === undefined) {
    problems.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  }
  if (problems.length === 0) return undefined;
  return createProtocolError(
    'IncompleteSignatureException',
    `${problems.join('')}Authorization=${authorization}`,
  );
}
