import { request } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import { createHttpApi, type HttpApiOptions } from '../../../packages/local/http-api/index.ts';
import { listen } from '../../../packages/local/testing/listen.ts';

const NOON = Date.UTC(2026, 2, 12, 12, 3, 58, 250);

/** Serves `ANY /graphql` and `GET /health` by one function; returns the origin and the events it got. */
async function serve(invoke: HttpApiOptions['invoke'], options: Partial<HttpApiOptions> = {}) {
  const events: APIGatewayProxyEventV2[] = [];
  const api = createHttpApi({
    routes: [
      { method: 'ANY', path: '/graphql', function: 'api' },
      { method: 'GET', path: '/health', function: 'api' },
    ],
    accountId: '000000000000',
    clock: () => NOON,
    invoke: (name, event) => {
      events.push(event as APIGatewayProxyEventV2);
      return invoke(name, event);
    },
    ...options,
  });
  const origin = await listen((incoming, response) => void api.handle(incoming, response));
  return { origin, events };
}

const answerOk = async () => ({ statusCode: 200, body: 'ok' });

test('a request becomes an event of payload format 2.0', async () => {
  const { origin, events } = await serve(answerOk);
  await fetch(`${origin}/graphql?a=1&b=x%20y&a=2`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Cookie: 'one=1; two=2',
      'X-Custom': 'value',
      'User-Agent': 'tester',
    },
    body: '{"query":"{ grüße }"}',
  });
  const { host } = new URL(origin);
  expect(events[0]).toMatchObject({
    version: '2.0',
    routeKey: 'ANY /graphql',
    rawPath: '/graphql',
    rawQueryString: 'a=1&b=x%20y&a=2',
    cookies: ['one=1', 'two=2'],
    queryStringParameters: { a: '1,2', b: 'x y' },
    headers: {
      'content-type': 'application/json',
      'x-custom': 'value',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      host,
    },
    requestContext: {
      accountId: '000000000000',
      domainName: host,
      http: {
        method: 'POST',
        path: '/graphql',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'tester',
      },
      requestId: expect.any(String),
      routeKey: 'ANY /graphql',
      stage: '$default',
      time: '12/Mar/2026:12:03:58 +0000',
      timeEpoch: NOON,
    },
    body: '{"query":"{ grüße }"}',
    isBase64Encoded: false,
  });
  expect(events[0]?.headers).not.toHaveProperty('cookie');
});

test('a repeated header is joined by a comma', async () => {
  const { origin, events } = await serve(answerOk);
  await new Promise<void>((resolve, reject) => {
    const outgoing = request(`${origin}/health`, { headers: { 'x-many': ['a', 'b'] } }, (answer) => {
      answer.resume().on('end', () => resolve());
    });
    outgoing.on('error', reject).end();
  });
  expect(events[0]?.headers['x-many']).toBe('a,b');
});

test('a request without query, cookies or body has none of those fields', async () => {
  const { origin, events } = await serve(answerOk);
  await fetch(`${origin}/health`);
  expect(events[0]).not.toHaveProperty('cookies');
  expect(events[0]).not.toHaveProperty('queryStringParameters');
  expect(events[0]).not.toHaveProperty('body');
  expect(events[0]?.rawQueryString).toBe('');
});

test('bytes that are not text come as base64', async () => {
  const { origin, events } = await serve(answerOk);
  await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Uint8Array.of(0, 255, 254),
  });
  expect(events[0]).toMatchObject({ isBase64Encoded: true, body: 'AP/+' });
});

test('a response keeps its status, headers, cookies and decoded body', async () => {
  const { origin } = await serve(async () => ({
    statusCode: 201,
    headers: { 'Content-Type': 'image/png', 'X-Count': 3, 'X-Flag': true },
    cookies: ['a=1; Path=/', 'b=2'],
    body: 'AP/+',
    isBase64Encoded: true,
  }));
  const response = await fetch(`${origin}/health`);
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(response.headers.get('x-count')).toBe('3');
  expect(response.headers.get('x-flag')).toBe('true');
  expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(0, 255, 254));
});

test.each([
  [{ hello: 'world' }, '{"hello":"world"}'],
  [[1, 2], '[1,2]'],
  ['plain', 'plain'],
  [null, 'null'],
])('the answer %j without a statusCode is a JSON body with status 200', async (answer, body) => {
  const { origin } = await serve(async () => answer);
  const response = await fetch(`${origin}/health`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.text()).toBe(body);
});

test.each([
  ['a status that is no number', { statusCode: 'fine' }],
  ['a status out of range', { statusCode: 700 }],
  ['a body that is an object', { statusCode: 200, body: { a: 1 } }],
  ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
  ['a header that cannot be sent', { statusCode: 200, headers: { a: 'two\nlines' } }],
])('a response with %s is a 500', async (_, answer) => {
  const { origin } = await serve(async () => answer);
  const response = await fetch(`${origin}/health`);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: 'Internal Server Error' });
});

test('a function that fails is a 500', async () => {
  const { origin } = await serve(() => Promise.reject(new Error('secret detail')));
  const response = await fetch(`${origin}/health`);
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"message":"Internal Server Error"}');
});

test('a function that takes longer than the integration timeout is a 503', async () => {
  const { origin } = await serve(() => new Promise(() => undefined), { integrationTimeoutMs: 50 });
  const response = await fetch(`${origin}/health`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ message: 'Service Unavailable' });
});

test.each([
  ['GET', '/nowhere'],
  ['POST', '/health'],
  ['GET', '/graphql/'],
])('%s %s is no route, so 404', async (method, path) => {
  const { origin, events } = await serve(answerOk);
  const response = await fetch(origin + path, { method });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'Not Found' });
  expect(events).toEqual([]);
});

test.each([
  ['over 10 MB', 'text/plain', 10 * 1024 * 1024 + 1],
  ["over the function's 6 MB once it is base64", 'image/png', 5 * 1024 * 1024],
])('a body %s is a 413 that the client can read', async (_, type, bytes) => {
  const { origin, events } = await serve(answerOk);
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: new Uint8Array(bytes),
  });
  expect(response.status).toBe(413);
  expect(events).toEqual([]);
});

test('a CORS preflight is answered without the function', async () => {
  const { origin, events } = await serve(answerOk);
  const response = await fetch(`${origin}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
  expect(events).toEqual([]);
});

test("the API's CORS headers replace the function's", async () => {
  const { origin } = await serve(async () => ({
    statusCode: 200,
    headers: { 'Access-Control-Allow-Origin': 'https://other.example' },
  }));
  const response = await fetch(`${origin}/health`, { headers: { origin: 'https://example.com' } });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-expose-headers')).toBe('retry-after,traceparent');
});
