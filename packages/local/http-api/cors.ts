import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './response.ts';

/** Any origin, method and header, no credentials. */
const ALLOW_ORIGIN = { 'access-control-allow-origin': '*' } as const;
const ALLOW_ALL = {
  ...ALLOW_ORIGIN,
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*',
} as const;
/** What a page may read of an answer, as `stacks/api.ts` has it. */
const EXPOSED = { 'access-control-expose-headers': 'retry-after,traceparent' } as const;
/** A browser does not let `*` stand for this header. */
const ALLOW_HEADERS = '*,authorization';

/** The answer to a CORS preflight, which API Gateway gives without asking the function. */
export function answerPreflight(request: IncomingMessage): HttpAnswer | undefined {
  const preflight =
    request.method === 'OPTIONS' &&
    request.headers.origin !== undefined &&
    request.headers['access-control-request-method'] !== undefined;
  if (!preflight) return undefined;
  const asked = request.headers['access-control-request-headers'];
  const headers = { ...ALLOW_ALL, 'access-control-allow-headers': asked ?? ALLOW_HEADERS };
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** API Gateway's CORS headers; those the function sent are dropped, as on AWS. */
export function addCors(request: IncomingMessage, answer: HttpAnswer): HttpAnswer {
  if (request.headers.origin === undefined) return answer;
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...answer, headers: { ...Object.fromEntries(own), ...ALLOW_ORIGIN, ...EXPOSED } };
}
