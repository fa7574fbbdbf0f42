import { type Input, MAX_MESSAGE_BYTES, readInteger, readString, readStrings } from './checks.ts';
import { refuseParameter, SqsError } from './errors.ts';
import { type Call, formatQueueUrl, type Service } from './service.ts';

const PURGE_INTERVAL_MS = 60_000;
const MAX_LISTED_QUEUES = 1000;
const QUEUE_NAME = /^[\w-]{1,80}$/;

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

export function getQueueUrl({ service, input }: Call): object {
  return { QueueUrl: formatQueueUrl(service, service.store.findQueue(readString(input, 'QueueName')).name) };
}

export function listSourceQueues({ service, input }: Call, queue: string): object {
  const sources = service.store.queues.filter(({ deadLetter }) => deadLetter?.queue === queue);
  const { urls, next } = readPage(service, input, sources);
  return { queueUrls: urls, ...next };
}

export function listQueues({ service, input }: Call): object {
  const prefix = input.QueueNamePrefix;
  const queues = service.store.queues.filter(
    ({ name }) => typeof prefix !== 'string' || name.startsWith(prefix),
  );
  const { urls, next } = readPage(service, input, queues);
  return { QueueUrls: urls, ...next };
}

/** One page of queues by name. Without `MaxResults` AWS gives up to a thousand and no token. */
function readPage(
  service: Service,
  input: Input,
  queues: readonly { readonly name: string }[],
): { urls: string[]; next: { NextToken?: string } } {
  const asked = readInteger(
    input,
    'MaxResults',
    1,
    MAX_LISTED_QUEUES,
    `MaxResults must be an integer between 1 and ${MAX_LISTED_QUEUES}.`,
  );
  const after = readNextToken(input);
  const left = queues.map(({ name }) => name).filter((name) => name > after);
  const page = left.sort().slice(0, asked ?? MAX_LISTED_QUEUES);
  const isMore = asked !== undefined && left.length > page.length;
  return {
    urls: page.map((name) => formatQueueUrl(service, name)),
    next: isMore ? { NextToken: Buffer.from(page.at(-1) ?? '').toString('base64url') } : {},
  };
}

/** The name of the last queue of the page before; empty at the beginning. */
function readNextToken(input: Input): string {
  if (input.NextToken === undefined || input.NextToken === null) return '';
  const token = readString(input, 'NextToken');
  const name = Buffer.from(token, 'base64url').toString();
  if (QUEUE_NAME.test(name)) return name;
  throw refuseParameter(token, 'NextToken', 'It is not a token of an earlier answer.');
}
