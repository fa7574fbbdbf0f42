import { readEntries, runEntries } from './batch.ts';
import {
  checkSize,
  type Input,
  MAX_MESSAGE_BYTES,
  measureMessage,
  readInteger,
  readMessage,
  readString,
} from './checks.ts';
import { refuseMissing, SqsError } from './errors.ts';
import type { MessageAttribute } from './message.ts';
import {
  describeAttributes,
  getQueueUrl,
  listQueues,
  listSourceQueues,
  purgeQueue,
} from './queue-operations.ts';
import { parseReceipt } from './receipt.ts';
import { receiveMessages } from './receive-operation.ts';
import { type Call, findQueueName } from './service.ts';
import type { StoredMessage } from './store.ts';

const MAX_VISIBILITY_SECONDS = 43_200;

type Operation = (call: Call) => object | Promise<object>;

/** Every supported operation of the SQS API, under its name in `X-Amz-Target`. */
export const operations: Readonly<Record<string, Operation>> = {
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
  ReceiveMessage: (call) => receiveMessages(call, findQueueName(call)),
  DeleteMessage: (call) => removeMessage(call, findQueueName(call), call.input),
  DeleteMessageBatch: (call) => {
    const queue = findQueueName(call);
    return runEntries(readEntries(call.input), ({ input }) => removeMessage(call, queue, input));
  },
  ChangeMessageVisibility: (call) => changeVisibility(call, findQueueName(call), call.input),
  ChangeMessageVisibilityBatch: (call) => {
    const queue = findQueueName(call);
    return runEntries(readEntries(call.input), ({ input }) => changeVisibility(call, queue, input));
  },
  GetQueueUrl: getQueueUrl,
  GetQueueAttributes: (call) => describeAttributes(call, findQueueName(call)),
  ListQueues: listQueues,
  PurgeQueue: (call) => purgeQueue(call, findQueueName(call)),
  ListDeadLetterSourceQueues: (call) => listSourceQueues(call, findQueueName(call)),
  StartMessageMoveTask: ({ service, input }) => service.moveTasks.start(input),
  ListMessageMoveTasks: ({ service, input }) => service.moveTasks.list(input),
  CancelMessageMoveTask: ({ service, input }) => service.moveTasks.cancel(input),
};

function describeStored(stored: StoredMessage): Record<string, string> {
  return {
    MessageId: stored.messageId,
    MD5OfMessageBody: stored.bodyMd5,
    ...(stored.attributesMd5 === undefined ? {} : { MD5OfMessageAttributes: stored.attributesMd5 }),
  };
}

function sendMessage(call: Call): object {
  const queue = findQueueName(call);
  const [stored] = call.service.store.send(queue, [checkSize(readMessage(call.input))]);
  return stored === undefined ? {} : describeStored(stored);
}

function sendMessageBatch(call: Call): object {
  const queue = findQueueName(call);
  const entries = readEntries(call.input);
  const total = entries.reduce((sum, { input }) => sum + estimateBytes(input), 0);
  if (total > MAX_MESSAGE_BYTES) {
    throw new SqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${total} bytes.`,
    );
  }
  return runEntries(entries, ({ input }) => {
    const [stored] = call.service.store.send(queue, [checkSize(readMessage(input))]);
    return stored === undefined ? {} : describeStored(stored);
  });
}

/** Size of an entry before it is checked, so that the limit on the batch comes first, as on AWS. */
function estimateBytes(input: Input): number {
  const body = input.MessageBody;
  const attributes = input.MessageAttributes;
  return measureMessage({
    body: typeof body === 'string' ? body : '',
    attributes: isAttributeMap(attributes) ? attributes : {},
  });
}

function isAttributeMap(value: unknown): value is Record<string, MessageAttribute> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((attribute) => typeof attribute?.DataType === 'string')
  );
}

function removeMessage({ service }: Call, queue: string, input: Input): object {
  service.store.remove(parseReceipt(readString(input, 'ReceiptHandle'), queue));
  return {};
}

function changeVisibility({ service }: Call, queue: string, input: Input): object {
  const receipt = parseReceipt(readString(input, 'ReceiptHandle'), queue);
  const seconds = readInteger(
    input,
    'VisibilityTimeout',
    0,
    MAX_VISIBILITY_SECONDS,
    'VisibilityTimeout must be an integer between 0 and 43200.',
  );
  if (seconds === undefined) throw refuseMissing('VisibilityTimeout');
  service.store.changeVisibility(receipt, seconds);
  return {};
}
