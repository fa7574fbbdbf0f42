import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Faults, NO_FAULTS } from '../faults.ts';
import { parseObject, readBody, respondJson } from '../json-protocol.ts';
import { KmsError } from './errors.ts';
import { findKey, type Key, type KeysOptions, openKeys } from './keys.ts';
import { operations } from './operations.ts';

const TARGET = /^TrentService\.(\w+)$/;
/** Above the longest request: a ciphertext and a context in base64 and JSON. */
const MAX_REQUEST_BYTES = 64 * 1024;

export interface KmsOptions extends KeysOptions {
  readonly faults?: Faults;
}

export interface Kms {
  /** Answers one request of the AWS JSON 1.1 protocol. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** ARN of a declared key. */
  formatArn(name: string): string;
}

/** Opens the keys on disk; what an earlier run encrypted can still be decrypted. */
export function openKms({ faults = NO_FAULTS, ...options }: KmsOptions): Kms {
  const keys = openKeys(options);
  return {
    handle: (request, response) => {
      void answerRequest(keys, faults, request, response);
    },
    formatArn: (name) => findKey(keys, `alias/${name}`).arn,
  };
}

async function answerRequest(
  keys: readonly Key[],
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const text = await readBody(request, MAX_REQUEST_BYTES);
    respondJson(response, '1.1', 200, answer(keys, faults, request, text));
  } catch (error) {
    // The client is gone; nobody is left to read an answer.
    if (response.destroyed) return;
    const known = error instanceof KmsError ? error : new KmsError('KMSInternalException', String(error));
    const message = known.message === '' ? {} : { message: known.message };
    respondJson(response, '1.1', known.status, { __type: known.code, ...message });
  }
}

function answer(
  keys: readonly Key[],
  faults: Faults,
  { headers }: IncomingMessage,
  text: string | undefined,
): object {
  if (headers.authorization === undefined) {
    throw new KmsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const target = TARGET.exec(String(headers['x-amz-target'] ?? ''))?.[1];
  if (target === undefined) throw new KmsError('UnknownOperationException', '');
  const operation = Object.hasOwn(operations, target) ? operations[target] : undefined;
  if (operation === undefined) {
    throw new KmsError('UnsupportedOperationException', `The local key service does not support ${target}.`);
  }
  if (text === undefined) {
    throw new KmsError(
      'RequestEntityTooLargeException',
      `The request is longer than ${MAX_REQUEST_BYTES} bytes.`,
    );
  }
  const input = parseObject(text);
  if (input === undefined) {
    throw new KmsError('SerializationException', 'The request body is not a JSON object.');
  }
  if (faults.happens('kms.throttle')) throw new KmsError('ThrottlingException', 'Rate exceeded');
  return operation(keys, input);
}
