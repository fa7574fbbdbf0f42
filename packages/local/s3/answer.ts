import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Error } from './errors.ts';
import { writeXml } from './xml.ts';

/** What an operation made; one place writes it to the socket. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** Called once the answer is written or can no longer be. */
  readonly release?: () => void;
}

export function answerXml(xml: string, headers: Readonly<Record<string, string>> = {}, status = 200): Answer {
  return { status, headers: { 'Content-Type': 'application/xml', ...headers }, body: xml };
}

/** The error document; 304 and answers to HEAD have none. */
export function answerError(
  error: S3Error,
  request: { readonly method: string; readonly resource: string; requestId: string; hostId: string },
): Answer {
  if (error.status === 304) return { status: 304, headers: { ...error.details } };
  const xml = writeXml(
    'Error',
    {
      Code: error.code,
      Message: error.message,
      ...error.details,
      Resource: request.resource,
      RequestId: request.requestId,
      HostId: request.hostId,
    },
    { namespace: false },
  );
  return answerXml(xml, {}, error.status);
}

export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  { isHead }: { readonly isHead: boolean },
): Promise<void> {
  try {
    const { status, body } = answer;
    const headers = { ...answer.headers };
    if (typeof body === 'string') headers['Content-Length'] = String(Buffer.byteLength(body));
    else if (body === undefined && status !== 204 && status !== 304) headers['Content-Length'] ??= '0';
    response.writeHead(status, headers);
    if (isHead || body === undefined) response.end();
    else if (typeof body === 'string') response.end(body);
    else await pipeline(Readable.from(body, { objectMode: false }), response);
  } finally {
    answer.release?.();
  }
}
