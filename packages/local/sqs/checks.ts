import { refuseMissing, refuseParameter, SqsError } from './errors.ts';
import type { MessageAttribute, NewMessage } from './message.ts';

/** AWS's quota for one message and for one batch, attributes included. */
export const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_ATTRIBUTES = 10;
const MAX_DELAY_SECONDS = 900;

const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)(?!(?:AWS|Amazon)\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
const DATA_TYPE = /^(String|Number|Binary)(\..{1,247})?$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** Alphanumeric characters and ASCII punctuation. */
const GROUP_ID = /^[!-~]{1,128}$/;
const FORBIDDEN_CHARACTER = /[^\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export type Input = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A required, non-empty string. */
export function readString(input: Input, name: string): string {
  const value = input[name];
  if (value === undefined || value === null || value === '') throw refuseMissing(name);
  if (typeof value !== 'string') throw new SqsError('SerializationException', `${name} must be a string.`);
  return value;
}

/** An optional whole number within `[low, high]`. */
export function readInteger(
  input: Input,
  name: string,
  low: number,
  high: number,
  reason: string,
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || Number(value) < low || Number(value) > high) {
    throw refuseParameter(value, name, reason);
  }
  return Number(value);
}

export function readStrings(input: Input, name: string): string[] {
  const value = input[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw new SqsError('SerializationException', `${name} must be a list of strings.`);
  }
  return value;
}

/** Checks one message as SendMessage does. */
export function readMessage(input: Input): NewMessage {
  const body = readString(input, 'MessageBody');
  const forbidden = FORBIDDEN_CHARACTER.exec(body)?.[0]?.codePointAt(0);
  if (forbidden !== undefined) {
    throw new SqsError(
      'InvalidMessageContents',
      `Invalid binary character '#x${forbidden.toString(16).toUpperCase()}' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`,
    );
  }
  if (input.MessageDeduplicationId !== undefined) {
    throw new SqsError(
      'InvalidParameterValue',
      'The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.',
    );
  }
  const groupId = input.MessageGroupId;
  if (groupId !== undefined && (typeof groupId !== 'string' || !GROUP_ID.test(groupId))) {
    throw refuseParameter(
      groupId,
      'MessageGroupId',
      'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    );
  }
  const delaySeconds = readInteger(
    input,
    'DelaySeconds',
    0,
    MAX_DELAY_SECONDS,
    'DelaySeconds must be >= 0 and <= 900.',
  );
  const traceHeader = readAttributes(input.MessageSystemAttributes).AWSTraceHeader?.StringValue;
  return {
    body,
    attributes: readAttributes(input.MessageAttributes),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
  };
}

function readAttributes(value: unknown): Record<string, MessageAttribute> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new SqsError('SerializationException', 'MessageAttributes must be a map.');
  const entries = Object.entries(value);
  if (entries.length > MAX_ATTRIBUTES) {
    throw new SqsError(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, attribute]) => [name, readAttribute(name, attribute)]));
}

function readAttribute(name: string, value: unknown): MessageAttribute {
  const refuse = (reason: string): SqsError =>
    new SqsError('InvalidParameterValue', `The message attribute '${name}' ${reason}`);
  if (!ATTRIBUTE_NAME.test(name)) throw refuse('has an invalid name.');
  const { DataType, StringValue, BinaryValue } = isRecord(value) ? value : {};
  if (typeof DataType !== 'string' || !DATA_TYPE.test(DataType)) {
    throw refuse('must have a data type that begins with String, Number or Binary.');
  }
  const empty = 'must contain a non-empty message attribute value for its data type.';
  if (DataType.startsWith('Binary')) {
    if (typeof BinaryValue !== 'string' || BinaryValue === '') throw refuse(empty);
    return { DataType, BinaryValue };
  }
  if (typeof StringValue !== 'string' || StringValue === '') throw refuse(empty);
  if (DataType.startsWith('Number') && !NUMBER.test(StringValue)) throw refuse('must be a number.');
  return { DataType, StringValue };
}

/** Bytes a message counts for against the quotas. */
export function measureMessage(message: NewMessage): number {
  let bytes = Buffer.byteLength(message.body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(message.attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += StringValue === undefined ? 0 : Buffer.byteLength(StringValue);
    bytes += BinaryValue === undefined ? 0 : Buffer.byteLength(BinaryValue, 'base64');
  }
  return bytes;
}

/** Throws when the message is over the quota. */
export function checkSize(message: NewMessage): NewMessage {
  if (measureMessage(message) > MAX_MESSAGE_BYTES) {
    throw new SqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_MESSAGE_BYTES} bytes.`,
    );
  }
  return message;
}
