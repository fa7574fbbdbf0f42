import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseObject, readBody, respondJson } from '../json-protocol.ts';
import { SqsError } from './errors.ts';
import { operations } from './operations.ts';
import type { Service } from './service.ts';

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
    const text = await readBody(request, MAX_REQUEST_BYTES);
    if (operation === undefined) {
      throw new SqsError(
        'UnsupportedOperation',
        `The local queue service does not support ${target ?? 'requests without X-Amz-Target: AmazonSQS.<Operation>'}.`,
      );
    }
    const body = await operation({ service, input: parseInput(text), signal });
    respondJson(response, '1.0', 200, body);
  } catch (error) {
    // Nobody is left to read the answer.
    if (gone.signal.aborted) return;
    respondError(
      response,
      error instanceof SqsError ? error : new SqsError('InternalFailure', String(error)),
    );
  }
}

function parseInput(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) {
    throw new SqsError('RequestEntityTooLarge', `The request is longer than ${MAX_REQUEST_BYTES} bytes.`);
  }
  const input = parseObject(text);
  if (input !== undefined) return input;
  throw new SqsError('SerializationException', 'The request body is not a JSON object.');
}

function respondError(response: ServerResponse, error: SqsError): void {
  const body = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message };
  const party = error.senderFault ? 'Sender' : 'Receiver';
  respondJson(response, '1.0', error.status, body, {
    'x-amzn-query-error': `${error.queryCode};${party}`,
  });
}
