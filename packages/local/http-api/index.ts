import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RouteResource } from '@loupe/core/resources';
import type { Clock } from '../clock.ts';
import { MAX_PAYLOAD_BYTES } from '../lambda/index.ts';
import { addCors, answerPreflight } from './cors.ts';
import { describeRequest } from './event.ts';
import { describeMessage, type HttpAnswer, INTERNAL_ERROR, readAnswer } from './response.ts';

/** API Gateway's limits. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 30_000;

const TOO_LARGE = describeMessage(413, 'Request Entity Too Large');
const UNAVAILABLE = describeMessage(503, 'Service Unavailable');
const NOT_FOUND = describeMessage(404, 'Not Found');

export interface HttpApiOptions {
  readonly routes: readonly RouteResource[];
  readonly accountId: string;
  readonly clock: Clock;
  /** Runs a function; throws when it failed. */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Default 30 000. */
  readonly integrationTimeoutMs?: number;
}

export interface HttpApi {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** An API Gateway HTTP API: routes by method and exact path to functions, payload format 2.0. */
export function createHttpApi(options: HttpApiOptions): HttpApi {
  const routes = new Map(options.routes.map((route) => [`${route.method} ${route.path}`, route]));
  const timeoutMs = options.integrationTimeoutMs ?? INTEGRATION_TIMEOUT_MS;

  async function answer(request: IncomingMessage, requestId: string): Promise<HttpAnswer> {
    const body = await readBody(request);
    if (body === undefined) return TOO_LARGE;
    const path = (request.url ?? '/').split('?', 1)[0];
    const route = routes.get(`${request.method} ${path}`) ?? routes.get(`ANY ${path}`);
    if (route === undefined) return NOT_FOUND;
    const context = {
      requestId,
      now: options.clock(),
      accountId: options.accountId,
      routeKey: `${route.method} ${route.path}`,
    };
    const event = describeRequest(request, body, context);
    if (Buffer.byteLength(JSON.stringify(event)) > MAX_PAYLOAD_BYTES) return TOO_LARGE;
    return integrate(route.function, event);
  }

  async function integrate(functionName: string, event: unknown): Promise<HttpAnswer> {
    const { promise: late, resolve } = Promise.withResolvers<HttpAnswer>();
    const timer = setTimeout(() => resolve(UNAVAILABLE), timeoutMs);
    try {
      const result = options.invoke(functionName, event).then(readAnswer, () => INTERNAL_ERROR);
      return await Promise.race([result, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    handle: async (request, response) => {
      const requestId = randomUUID();
      try {
        const done = answerPreflight(request) ?? addCors(request, await answer(request, requestId));
        respond(response, requestId, done);
      } catch {
        // Either the client went away while sending, or the function's headers cannot be sent.
        if (request.complete && !response.headersSent) respond(response, requestId, INTERNAL_ERROR);
        else response.destroy();
      }
    },
  };
}

/** The whole body, read to its end even when refused so that the client sees the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function respond(response: ServerResponse, requestId: string, { status, headers, body }: HttpAnswer): void {
  const hasBody = status !== 204 && status !== 304 && status >= 200;
  response.writeHead(status, {
    ...headers,
    ...(hasBody ? { 'content-length': String(body.length) } : {}),
    'apigw-requestid': requestId,
  });
  response.end(hasBody ? body : undefined);
}
