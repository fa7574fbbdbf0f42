import { readInteger, readStrings } from './checks.ts';
import { describeSystemAttributes, type MessageAttribute, type ReceivedMessage } from './message.ts';
import type { Call } from './service.ts';

/** ReceiveMessage: waits up to `WaitTimeSeconds` for a first message, then answers with what there is. */
export async function receiveMessages({ service, input, signal }: Call, queue: string): Promise<object> {
  const max = readInteger(input, 'MaxNumberOfMessages', 1, 10, 'Must be between 1 and 10, if provided.') ?? 1;
  const waitSeconds =
    readInteger(input, 'WaitTimeSeconds', 0, 20, 'Must be >= 0 and <= 20, if provided.') ?? 0;
  const visibilityTimeoutSeconds = readInteger(
    input,
    'VisibilityTimeout',
    0,
    43_200,
    'Must be >= 0 and <= 43200, if provided.',
  );
  const systemNames = [
    ...readStrings(input, 'MessageSystemAttributeNames'),
    ...readStrings(input, 'AttributeNames'),
  ];
  const names = readStrings(input, 'MessageAttributeNames');
  const options = visibilityTimeoutSeconds === undefined ? { max } : { max, visibilityTimeoutSeconds };

  const until = service.clock() + waitSeconds * 1000;
  let messages = signal.aborted ? [] : service.store.receive(queue, options);
  while (messages.length === 0 && service.clock() < until && !signal.aborted) {
    await service.waiting.wait(queue, service.store.findNextVisibleAt(queue), until, signal);
    // A client that is gone would take the messages with it until their visibility timeout.
    if (!signal.aborted) messages = service.store.receive(queue, options);
  }
  if (messages.length === 0) return {};
  return { Messages: messages.map((message) => describe(message, service.accountId, systemNames, names)) };
}

function describe(
  message: ReceivedMessage,
  senderId: string,
  systemNames: readonly string[],
  names: readonly string[],
): object {
  const system = Object.entries(describeSystemAttributes(message, senderId)).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const attributes = Object.entries(message.attributes).filter(([name]) =>
    names.some((pattern) => matchesName(pattern, name)),
  );
  const complete = attributes.length === Object.keys(message.attributes).length;
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: message.bodyMd5,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(attributes.length === 0
      ? {}
      : { MessageAttributes: Object.fromEntries(attributes) satisfies Record<string, MessageAttribute> }),
    ...(attributes.length > 0 && complete && message.attributesMd5 !== undefined
      ? { MD5OfMessageAttributes: message.attributesMd5 }
      : {}),
  };
}

/** `All`, `.*`, `prefix.*` or an exact name. */
function matchesName(pattern: string, name: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : pattern === name;
}
