/** The body of a DynamoDB error answer. */
export interface ErrorBody {
  __type: string;
  message?: string;
  [member: string]: unknown;
}

/** An error that is answered to the caller as it is, in AWS's own shape. The engine throws the same shape. */
export interface ApiError extends Error {
  statusCode: number;
  body: ErrorBody;
}

const SERVICE = 'com.amazonaws.dynamodb.v20120810#';
const FRONT = 'com.amazon.coral.service#';
const VALIDATION = 'com.amazon.coral.validate#ValidationException';

function createApiError(type: string, message?: string, members: Record<string, unknown> = {}): ApiError {
  const body: ErrorBody = { __type: type, ...members, ...(message === undefined ? {} : { message }) };
  return Object.assign(new Error(message ?? type), { statusCode: 400, body });
}

/** An error of DynamoDB itself, e.g. `ResourceInUseException`. */
export function createServiceError(
  name: string,
  message: string,
  members: Record<string, unknown> = {},
): ApiError {
  return createApiError(SERVICE + name, message, members);
}

/** An error of the protocol layer in front of DynamoDB, e.g. `SerializationException`. */
export function createProtocolError(name: string, message?: string): ApiError {
  return createApiError(FRONT + name, message);
}

export function createValidationError(message: string): ApiError {
  return createApiError(VALIDATION, message);
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}

/** The type without its namespace, e.g. `ValidationException`. */
export function readShortType(error: ApiError): string {
  return error.body.__type.split('#').at(-1) ?? error.body.__type;
}
