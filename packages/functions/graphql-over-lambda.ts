import { type ApolloServer, type BaseContext, HeaderMap } from '@apollo/server';
import { explainWait } from '@loupe/core/usage';
import { createGate, type Refusal, resolveDocument } from '@loupe/graphql';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Largest body, in bytes: more than any input of the schema needs. */
const MAX_BODY_BYTES = 1024 * 1024;

const gate = createGate();

/**
 * Runs one API Gateway (payload 2.0) request through Apollo. Replaces `@as-integrations/aws-lambda`, which bundles a
 * second copy of Apollo Server.
 */
export async function handleGraphqlRequest<C extends BaseContext>(
  server: ApolloServer<C>,
  event: APIGatewayProxyEventV2,
  createContext: () => Promise<C>,
): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(event.headers))
    if (value !== undefined) headers.set(name, value);
  const body = readBody(event, headers.get('content-type'));
  if ('problem' in body)
    return answerRefusal({ status: 400, code: 'BAD_REQUEST', message: body.problem }, event);
  const resolved = resolveDocument(body.value);
  if ('refusal' in resolved) return answerRefusal(resolved.refusal, event);
  const { method } = event.requestContext.http;
  // What will run is looked at: a GET runs its search, whatever body comes with it.
  const refusal = gate(method !== 'GET' && event.body ? resolved.body : readSearch(event.rawQueryString));
  if (refusal) return answerRefusal(refusal, event);
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method,
      headers,
      search: event.rawQueryString,
      body: resolved.body,
    },
    context: createContext,
  });
  return {
    statusCode: response.status ?? 200,
    headers: Object.fromEntries(response.headers),
    body: await readAll(response.body),
  };
}

type Body = { readonly value: unknown } | { readonly problem: string };

function readBody(event: APIGatewayProxyEventV2, contentType: string | undefined): Body {
  if (!event.body) return { value: '' };
  if (event.body.length > MAX_BODY_BYTES) return { problem: `A body has at most ${MAX_BODY_BYTES} bytes.` };
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  if (!contentType?.startsWith('application/json')) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `The body is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A GET's operation. */
function readSearch(search: string): object {
  return Object.fromEntries(new URLSearchParams(search));
}

function answerRefusal(
  { status, code, message }: Refusal,
  { requestContext: { requestId } }: APIGatewayProxyEventV2,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] }),
  };
}

/** The answer to a credential that has to wait yet, whatever it sent. */
export function answerRateLimited(waitMs: number, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { message, retryAfterMs = 0 } = explainWait(waitMs);
  return {
    statusCode: 429,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
    },
    body: JSON.stringify({
      errors: [{ message, extensions: { code: 'RATE_LIMITED', requestId, retryAfterMs } }],
    }),
  };
}

async function readAll(
  body: Awaited<ReturnType<ApolloServer['executeHTTPGraphQLRequest']>>['body'],
): Promise<string> {
  if (body.kind === 'complete') return body.string;
  let text = '';
  for await (const chunk of body.asyncIterator) text += chunk;
  return text;
}
