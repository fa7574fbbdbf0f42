import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord } from './checks.ts';
import { SqsError } from './errors.ts';
import { operations, type Service } from './operations.ts';

const TARGET = /^AmazonSQS\.(\w+)$/;
/** Above the largest batch even with every character escaped in JSON. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/**
 * One request of the AWS JSON 1.0 protocol: `POST /` with `X-Amz-Target: AmazonSQS.<Operation>`.
 * Errors carry `__type` and the header `x-amzn-query-error`, from which clients of the older query protocol
 * read the code.
 */
export async function answerRequest(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, closing]);
  try {
    const target = TARGET.exec(String(request.headers['x-amz-target'] ?? ''))?.[1];
    const operation = target === undefined ? undefined : operations[target];
    const text = await readBody(request);
    if (operation === undefined) {
      throw new SqsError(
        'UnsupportedOperation',
        `The local queue service does not support ${target ?? 'requests without X-Amz-Target: AmazonSQS.<Operation>'}.`,
      );
    }
    respond(response, 200, await operation({ service, input: parseInput(text), signal }));
  } catch (error) {
    // Nobody is left to read the answer.
    if (gone.signal.aborted) return;
    respondError(
      response,
      error instanceof SqsError ? error : new SqsError('InternalFailure', String(error)),
    );
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_REQUEST_BYTES) {
    throw new SqsError('RequestEntityTooLarge', `The request is longer than ${MAX_REQUEST_BYTES} bytes.`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseInput(text: string): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = text === '' ? {} : JSON.parse(text);
    if (isRecord(input)) return input;
  } catch {
    // Falls through to the one error for both.
  }
  throw new SqsError('SerializationException', 'The request body is not a JSON object.');
}

function respond(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(bytes);
}

function respondError(response: ServerResponse, error: SqsError): void {
  const body = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message };
  const party = error.senderFault ? 'Sender' : 'Receiver';
  respond(response, error.status, body, { 'x-amzn-query-error': `${error.queryCode};${party}` });
}
