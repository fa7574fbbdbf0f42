/** The smallest GraphQL API on Apollo Server behind the same HTTP API, with nothing of Loupe: what its start is compared with. */
import { ApolloServer, HeaderMap } from '@apollo/server';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

const server = new ApolloServer({
  typeDefs: 'type Query { hello: String! }',
  resolvers: { Query: { hello: () => 'world' } },
  stopOnTerminationSignals: false,
});
server.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(event.headers)) headers.set(name, value ?? '');
  const { status, body } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: event.requestContext.http.method,
      headers,
      search: event.rawQueryString,
      body: JSON.parse(event.body ?? ''),
    },
    context: async () => ({}),
  });
  return { statusCode: status ?? 200, body: body.kind === 'complete' ? body.string : '' };
}
