import { randomBytes } from 'node:crypto';
import { createAuthenticator, type Session } from '@loupe/core/access';
import { continueTrace, LimitError, UnauthenticatedError } from '@loupe/core/platform';
import { type Charge, createPutOff, createRateLimiter } from '@loupe/core/usage';
import { createContext, createContextError, createServer } from '@loupe/graphql';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { config } from './environment.ts';
import { answerRateLimited, handleGraphqlRequest } from './graphql-over-lambda.ts';
import { logError, logInfo } from './log.ts';
import { platform } from './platform.ts';
import { enterStep, noteFields, type Step } from './step.ts';
import { endSpan, joinTrace } from './tracing.ts';

const server = createServer((error) => logError('api.error', error));
server.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();

const authenticate = createAuthenticator(platform, {
  operatorKey: config.operatorKey,
  oidc: config.oidc,
  signUp: config.signUp,
});

const charge = createRateLimiter(platform);
const putOff = createPutOff(platform.clock);

/** The HTTP API: `/graphql`, and `/health` for load balancers. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  if (event.rawPath === '/health') {
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' };
  }
  const { requestId } = event.requestContext;
  const waitMs = putOff.findWait(describeCredential(event));
  if (waitMs !== undefined) return answerRateLimited(waitMs, requestId);
  const step: Step = { name: 'api', startedAt: Date.now(), fields: { step: 'api', requestId } };
  return enterStep(step, async () => {
    const given = continueTrace(event.headers, randomHex);
    const trace = await joinTrace(given, 'server', { 'http.route': event.rawPath });
    let failure: unknown;
    try {
      const answer = await answerGraphql(event, requestId, trace);
      logInfo('api.request', { statusCode: answer.statusCode, ms: Date.now() - step.startedAt });
      return { ...answer, headers: { ...answer.headers, traceparent: trace } };
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      await endSpan(step.span, failure);
    }
  });
}

function answerGraphql(
  event: APIGatewayProxyEventV2,
  requestId: string,
  trace: string,
): Promise<APIGatewayProxyStructuredResultV2> {
  return handleGraphqlRequest(server, event, async () => {
    try {
      const session = await authenticate({
        authorization: event.headers.authorization,
        tenantId: event.headers['loupe-tenant'],
      });
      if (session.kind === 'anonymous') {
        throw new UnauthenticatedError('Send an API key: `Authorization: Bearer loupe_…`.');
      }
      noteFields(describeActor(session));
      return createContext({
        requestId,
        session,
        platform: { ...platform, trace },
        charge: chargeCredential(describeCredential(event)),
        address: event.requestContext.http.sourceIp,
        // The judge is loaded with the first request that asks for it: a cold start need not wait for it.
        models: async () => (await import('./models.ts')).modelDirectory,
        checkProvider: async (...asked) => (await import('./check-provider.ts')).checkProvider(...asked),
        prompts: async () => (await import('./prompts.ts')).prompts,
      });
    } catch (error) {
      if (!(error instanceof UnauthenticatedError)) logError('api.authenticate_failed', error);
      throw createContextError(error, requestId);
    }
  });
}

/** What says who sends the request. */
function describeCredential({ headers }: APIGatewayProxyEventV2): string {
  return `${headers.authorization ?? ''} ${headers['loupe-tenant'] ?? ''}`;
}

/** Charges a request, and remembers whether its credential had the rate for it. */
function chargeCredential(credential: string): Charge {
  return async (session, cost) => {
    try {
      await charge(session, cost);
      putOff.noteSuccess(credential);
    } catch (error) {
      if (error instanceof LimitError) {
        const retryAfterMs = error.retryAfterMs ?? 0;
        putOff.noteRefusal(credential, retryAfterMs);
        noteFields({ retryAfterMs });
      }
      throw error;
    }
  };
}

/** Whose credential it is, in ids. */
function describeActor(session: Session): Record<string, string> {
  const actor = { session: session.kind };
  if (!('tenantId' in session)) return actor;
  const { tenantId } = session;
  return { ...actor, tenantId, actor: session.kind === 'member' ? session.memberId : session.apiKeyId };
}

function randomHex(digits: number): string {
  return randomBytes(digits / 2).toString('hex');
}
