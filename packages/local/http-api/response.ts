/** What goes back to the HTTP client. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

type Fields = Readonly<Record<string, unknown>>;

/** An answer API Gateway makes itself. */
export function describeMessage(status: number, message: string): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}

export const INTERNAL_ERROR = describeMessage(500, 'Internal Server Error');

/**
 * A function's answer under the rules of payload format 2.0: with a `statusCode` it is a response, anything else
 * is a JSON body with status 200. A response that breaks the format is a 500, as on AWS.
 * Source: API Gateway Developer Guide, "Lambda function response for format 2.0".
 */
export function readAnswer(answer: unknown): HttpAnswer {
  if (!isFields(answer) || !('statusCode' in answer)) {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const status = Number(answer.statusCode);
  const body = answer.body ?? '';
  const headers = readHeaders(answer.headers);
  const cookies = answer.cookies;
  if (
    !Number.isInteger(status) ||
    status < 100 ||
    status > 599 ||
    typeof body !== 'string' ||
    headers === undefined
  ) {
    return INTERNAL_ERROR;
  }
  headers['content-type'] ??= 'text/plain; charset=utf-8';
  const setCookie = Array.isArray(cookies) ? { 'set-cookie': cookies.map(String) } : {};
  return {
    status,
    headers: { ...headers, ...setCookie },
    body: Buffer.from(body, answer.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Header values may be strings, numbers or booleans; `undefined` when one is anything else. */
function readHeaders(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, header] of Object.entries(value)) {
    if (!['string', 'number', 'boolean'].includes(typeof header)) return undefined;
    headers[name.toLowerCase()] = String(header);
  }
  return headers;
}
