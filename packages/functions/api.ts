import { authenticate } from '@loupe/core/access';
import { UnauthenticatedError } from '@loupe/core/platform';
import { createContext, createServer, createUnauthenticatedError } from '@loupe/graphql';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { config } from './environment.ts';
import { handleGraphqlRequest } from './graphql-over-lambda.ts';
import { logError } from './log.ts';
import { modelDirectory } from './models.ts';
import { platform } from './platform.ts';

const server = createServer((error, { requestId, session }) =>
  logError('api.error', error, { requestId, session: session.kind }),
);
server.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();

const access = { ...platform, operatorKey: config.operatorKey };

/** The HTTP API: `/graphql`, and `/health` for load balancers. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  if (event.rawPath === '/health') {
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' };
  }
  return handleGraphqlRequest(server, event, async () => {
    try {
      const session = await authenticate(access, event.headers.authorization);
      if (session.kind === 'anonymous') {
        throw new UnauthenticatedError('Send an API key: `Authorization: Bearer loupe_…`.');
      }
      const { requestId } = event.requestContext;
      return createContext({ requestId, session, platform, models: modelDirectory });
    } catch (error) {
      if (error instanceof UnauthenticatedError) throw createUnauthenticatedError(error);
      throw error;
    }
  });
}
