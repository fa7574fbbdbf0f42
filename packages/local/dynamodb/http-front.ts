import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { parseObject, readBody } from '../json-protocol.ts';
import { findAuthorizationError } from './authorization.ts';
import { validationLimits, validations } from './dynalite.ts';
import {
  type ApiError,
  createProtocolError,
  createServiceError,
  isApiError,
  readShortType,
} from './errors.ts';
import type { Operation, OperationContext } from './operation.ts';
import { rewordValidation } from './wording.ts';

const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
const JSON_TYPE = 'application/x-amz-json-1.0';
const API_VERSION = 'DynamoDB_20120810';

export type Operations = ReadonlyMap<string, Operation>;

/**
 * Answers one request of the DynamoDB JSON 1.0 protocol. Never throws: a client that goes away before its request
 * is complete is forgotten, one that goes away later has had its request done.
 */
export async function answerRequest(
  operations: Operations,
  context: OperationContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', ignore);
  const body = await readBody(request, MAX_REQUEST_BYTES).catch(() => null);
  if (body === null) return;
  response.setHeader('x-amzn-requestid', context.createId());
  if (body === undefined) {
    return send(response, 413, { __type: 'com.amazon.coral.service#RequestEntityTooLargeException' });
  }
  try {
    send(response, 200, await runOperation(operations, context, request, body));
  } catch (error) {
    const known = isApiError(error) ? error : createInternalError(error);
    response.setHeader('x-amzn-errortype', readShortType(known));
    send(response, known.statusCode, known.body);
  }
}

async function runOperation(
  operations: Operations,
  context: OperationContext,
  request: IncomingMessage,
  body: string,
): Promise<object> {
  const [version, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const operation = version === API_VERSION ? operations.get(name) : undefined;
  if (request.method !== 'POST' || operation === undefined) throw createUnknownOperation(operations, name);
  const authorizationError = findAuthorizationError(request);
  if (authorizationError !== undefined) throw authorizationError;
  const { types, custom } = operation.validation;
  const input = parseObject(body);
  if (input === undefined || body === '') throw createProtocolError('SerializationException');
  const data = validations.checkTypes(input, types);
  try {
    validations.checkValidations(data, types, custom, validationLimits);
  } catch (error) {
    if (isApiError(error)) error.body.message = rewordValidation(error.body.message ?? '', data);
    throw error;
  }
  return operation.run({ ...context, host: request.headers.host ?? 'localhost' }, data);
}

function createUnknownOperation(operations: Operations, name: string): ApiError {
  return createProtocolError(
    'UnknownOperationException',
    `The local DynamoDB has no operation "${name}"; it has ${[...operations.keys()].join(', ')}.`,
  );
}

function createInternalError(cause: unknown): ApiError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return Object.assign(createServiceError('InternalServerError', message), { statusCode: 500 });
}

function send(response: ServerResponse, statusCode: number, data: object): void {
  const body = Buffer.from(JSON.stringify(data));
  response.writeHead(statusCode, {
    'content-type': JSON_TYPE,
    'content-length': body.length,
    'x-amz-crc32': crc32(body),
  });
  response.end(body);
}

function ignore(): void {}
