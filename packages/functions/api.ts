import { createAuthenticator } from '@loupe/core/access';
import { UnauthenticatedError } from '@loupe/core/platform';
import { createContext, createContextError, createServer } from '@loupe/graphql';
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

const authenticate = createAuthenticator(platform, {
  operatorKey: config.operatorKey,
  oidc: config.oidc,
  signUp: config.signUp,
});

/** The HTTP API: `/graphql`, and `/health` for load balancers. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  if (event.rawPath === '/health') {
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' };
  }
  const { requestId } = event.requestContext;
  return handleGraphqlRequest(server, event, async () => {
    try {
      const session = await authenticate({
        authorization: event.headers.authorization,
        tenantId: event.headers['loupe-tenant'],
      });
      if (session.kind === 'anonymous') {
        throw new UnauthenticatedError('Send an API key: `Authorization: Bearer loupe_…`.');
      }
      return createContext({ requestId, session, platform, models: modelDirectory });
    } catch (error) {
      if (!(error instanceof UnauthenticatedError)) logError('api.authenticate_failed', error, { requestId });
      throw createContextError(error, requestId);
    }
  });
}
