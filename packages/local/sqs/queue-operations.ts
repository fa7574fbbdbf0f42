import { MAX_MESSAGE_BYTES, readStrings } from './checks.ts';
import { SqsError } from './errors.ts';
import type { Call } from './operations.ts';

const PURGE_INTERVAL_MS = 60_000;

/** GetQueueAttributes: only what is asked for; an unknown name is `InvalidAttributeName`. */
export function describeAttributes({ service, input }: Call, name: string): object {
  const wanted = readStrings(input, 'AttributeNames');
  if (wanted.length === 0) return {};
  const { store } = service;
  const queue = store.findQueue(name);
  const counts = store.count(name);
  const createdAt = String(Math.floor(counts.createdAt / 1000));
  const all: Readonly<Record<string, string>> = {
    QueueArn: store.formatArn(name),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: createdAt,
    LastModifiedTimestamp: createdAt,
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    MaximumMessageSize: String(MAX_MESSAGE_BYTES),
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    ...(queue.deadLetter === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: store.formatArn(queue.deadLetter.queue),
            maxReceiveCount: queue.deadLetter.maxReceiveCount,
          }),
        }),
  };
  const absent = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId']);
  const unknown = wanted.find(
    (attribute) => attribute !== 'All' && !(attribute in all) && !absent.has(attribute),
  );
  if (unknown !== undefined) {
    throw new SqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  if (wanted.includes('All')) return { Attributes: all };
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([key]) => wanted.includes(key))) };
}

/** PurgeQueue, once in 60 seconds per queue. */
export function purgeQueue({ service }: Call, name: string): object {
  const now = service.clock();
  const last = service.purgedAt.get(name);
  if (last !== undefined && now - last < PURGE_INTERVAL_MS) {
    throw new SqsError(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
    );
  }
  service.purgedAt.set(name, now);
  service.store.purge(name);
  return {};
}
