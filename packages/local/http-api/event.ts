import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface EventContext {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly accountId: string;
  /** E.g. `ANY /graphql`. */
  readonly routeKey: string;
}

const TEXT_TYPE = /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+(json|xml)\b)/i;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** An HTTP request as API Gateway's payload format 2.0 hands it to a function. */
export function describeRequest(
  request: IncomingMessage,
  body: Buffer,
  { requestId, now, accountId, routeKey }: EventContext,
): APIGatewayProxyEventV2 {
  const url = request.url ?? '/';
  const split = url.indexOf('?');
  const rawPath = split < 0 ? url : url.slice(0, split);
  const rawQueryString = split < 0 ? '' : url.slice(split + 1);
  const headers = joinHeaders(request);
  const cookies = splitCookies(request.headers.cookie);
  const query = joinQuery(rawQueryString);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers: {
      ...headers,
      'x-forwarded-for': request.socket.remoteAddress ?? '127.0.0.1',
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId,
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: formatTime(now),
      timeEpoch: now,
    },
    ...describeBody(body, headers),
  };
}

/** Lower-case names; repeated headers joined by a comma; cookies go into a field of their own. */
function joinHeaders(request: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (name !== 'cookie' && values !== undefined) joined[name] = values.join(',');
  }
  return joined;
}

function splitCookies(header: string | undefined): string[] {
  return (header ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '');
}

function joinQuery(raw: string): Record<string, string> | undefined {
  if (raw === '') return undefined;
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(raw)) {
    joined[name] = name in joined ? `${joined[name]},${value}` : value;
  }
  return joined;
}

function describeBody(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const text = TEXT_TYPE.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined;
  return { body: body.toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text };
}

/** E.g. `12/Mar/2020:19:03:58 +0000`. */
function formatTime(now: number): string {
  const date = new Date(now);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = `${pad(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())} +0000`;
}
