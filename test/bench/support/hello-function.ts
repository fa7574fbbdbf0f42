/** The smallest GraphQL API on Apollo Server behind the same HTTP API: what Loupe's start is compared with. */
import { ApolloServer } from '@apollo/server';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { handleGraphqlRequest } from '../../../packages/functions/graphql-over-lambda.ts';

const server = new ApolloServer({
  typeDefs: 'type Query { hello: String! }',
  resolvers: { Query: { hello: () => 'world' } },
  stopOnTerminationSignals: false,
});
server.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();

export function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  return handleGraphqlRequest(server, event, async () => ({}));
}
