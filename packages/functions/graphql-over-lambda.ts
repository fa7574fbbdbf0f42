import { type ApolloServer, type BaseContext, HeaderMap } from '@apollo/server';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

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
  if ('problem' in body) return answerBadRequest(body.problem);
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: event.requestContext.http.method,
      headers,
      search: event.rawQueryString,
      body: body.value,
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
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  if (!contentType?.startsWith('application/json')) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `The body is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function answerBadRequest(message: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }),
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
