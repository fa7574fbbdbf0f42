import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { EventSourceResource } from '@loupe/core/resources';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startEventSourceMapping } from '../../../packages/local/sqs/index.ts';
import { startTestSqs, type TestSqs } from '../../../packages/local/testing/sqs.ts';
import { waitUntil } from '../../../packages/local/testing/wait-until.ts';

type Handler = (event: SQSEvent) => Promise<unknown>;

const VISIBILITY_MS = 200;

const queues = [
  {
    name: 'work',
    visibilityTimeoutSeconds: VISIBILITY_MS / 1000,
    retentionSeconds: 3600,
    deadLetter: { queue: 'work-dead', maxReceiveCount: 3 },
  },
  { name: 'work-dead', visibilityTimeoutSeconds: 30, retentionSeconds: 3600 },
  { name: 'patient', visibilityTimeoutSeconds: 60, retentionSeconds: 3600 },
];

interface Mapping extends TestSqs {
  /** Bodies of every invocation, in order. */
  readonly batches: string[][];
  readonly stop: () => void;
}

async function startMapping(
  handler: Handler,
  source: Partial<EventSourceResource> = {},
  enqueueFirst: (service: TestSqs) => void = () => undefined,
): Promise<Mapping> {
  const service = await startTestSqs(queues);
  const batches: string[][] = [];
  enqueueFirst(service);
  const { stop } = startEventSourceMapping({
    source: {
      queue: 'work',
      function: 'worker',
      batchSize: 10,
      batchWindowSeconds: 0,
      maximumConcurrency: 2,
      ...source,
    },
    store: service.sqs.store,
    waiting: service.sqs.waiting,
    clock: Date.now,
    region: 'eu-west-1',
    accountId: '000000000000',
    invoke: (event) => {
      batches.push(event.Records.map(({ body }) => body));
      return handler(event);
    },
    log: () => undefined,
  });
  onTestFinished(stop);
  return { ...service, batches, stop };
}

function enqueueTwo({ sqs }: TestSqs): void {
  sqs.enqueue('work', 'a');
  sqs.enqueue('work', 'b');
}

function countLeft({ sqs }: TestSqs): number {
  const { visible, inFlight, delayed } = sqs.store.count('work');
  return visible + inFlight + delayed;
}

test("the function gets AWS's record for each message, and a message handled well is deleted", async () => {
  const events: SQSEvent[] = [];
  const service = await startMapping(async (event) => void events.push(event));
  const { messageId } = service.sqs.enqueue('work', 'hello', { groupId: 'tenant-1' });
  await waitUntil(() => events.length === 1 && countLeft(service) === 0);
  const [record] = events[0]?.Records ?? [];
  expect(record).toMatchObject({
    messageId,
    receiptHandle: expect.any(String),
    body: 'hello',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      SenderId: '000000000000',
      MessageGroupId: 'tenant-1',
    },
    messageAttributes: {},
    md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:work',
    awsRegion: 'eu-west-1',
  });
});

test('reported failures come again after the visibility timeout, the rest of the batch is deleted', async () => {
  let calls = 0;
  const service = await startMapping(
    async ({ Records }) => {
      calls += 1;
      if (calls > 1) return undefined;
      const bad = Records.filter(({ body }) => body === 'bad');
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    },
    {},
    ({ sqs }) => {
      for (const body of ['good', 'bad', 'fine']) sqs.enqueue('work', body);
    },
  );
  const started = performance.now();
  await waitUntil(() => service.batches.length === 2 && countLeft(service) === 0);
  expect(service.batches).toEqual([['good', 'bad', 'fine'], ['bad']]);
  expect(performance.now() - started).toBeGreaterThan(VISIBILITY_MS - 50);
});

describe('Lambda Developer Guide, "Success and failure conditions" of partial batch responses', () => {
  test.each([
    ['an empty batchItemFailures list', { batchItemFailures: [] }],
    ['a null batchItemFailures list', { batchItemFailures: null }],
    ['an empty EventResponse', {}],
    ['a null EventResponse', null],
    ['no EventResponse', undefined],
  ])('%s is complete success: the batch is deleted', async (_, answer) => {
    const service = await startMapping(async () => answer, {}, enqueueTwo);
    await waitUntil(() => countLeft(service) === 0);
    expect(service.batches).toEqual([['a', 'b']]);
    expect(service.sqs.store.count('work-dead').visible).toBe(0);
  });

  const first = (event: SQSEvent) => event.Records[0]?.messageId;
  test.each<[string, Handler]>([
    ['an exception', () => Promise.reject(new Error('broken'))],
    ['an invalid JSON response', async () => 'done'],
    ['a list instead of a response', async () => []],
    ['a batchItemFailures that is no list', async (event) => ({ batchItemFailures: first(event) })],
    ['an empty itemIdentifier', async () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    ['a null itemIdentifier', async () => ({ batchItemFailures: [{ itemIdentifier: null }] })],
    ['a bad key name', async (event) => ({ batchItemFailures: [{ messageId: first(event) }] })],
    ['an identifier without its object', async (event) => ({ batchItemFailures: [first(event)] })],
    [
      'a message id that does not exist, beside one that does',
      async (event) => ({
        batchItemFailures: [{ itemIdentifier: first(event) }, { itemIdentifier: 'of another batch' }],
      }),
    ],
  ])(
    '%s is complete failure: the batch comes again until the dead-letter queue takes it',
    async (_, handler) => {
      const service = await startMapping(handler, {}, enqueueTwo);
      await waitUntil(() => service.sqs.store.count('work-dead').visible === 2);
      expect(service.batches).toEqual([
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'b'],
      ]);
      expect(countLeft(service)).toBe(0);
    },
  );
});

test('a back-off that the handler sets by ChangeMessageVisibility holds', async () => {
  let service: Mapping | undefined;
  const times: number[] = [];
  const handle: Handler = async ({ Records: [record] }) => {
    times.push(performance.now());
    if (times.length > 1 || record === undefined) return undefined;
    await service?.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: service.url.replace(/work$/, 'patient'),
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: 1,
      }),
    );
    return { batchItemFailures: [{ itemIdentifier: record.messageId }] };
  };
  service = await startMapping(handle, { queue: 'patient' });
  service.sqs.enqueue('patient', 'x');
  // Not at once, and not after the queue's own minute.
  await waitUntil(() => times.length === 2, 30_000);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
});

test('no more than maximumConcurrency invocations run at a time, and all messages are handled', async () => {
  let running = 0;
  let most = 0;
  const service = await startMapping(
    async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
    },
    { batchSize: 1, maximumConcurrency: 3 },
    ({ sqs }) => {
      for (let index = 0; index < 12; index += 1) sqs.enqueue('work', String(index));
    },
  );
  await waitUntil(() => countLeft(service) === 0);
  expect(most).toBe(3);
  expect(
    service.batches
      .flat()
      .map(Number)
      .sort((a, b) => a - b),
  ).toEqual([...Array(12).keys()]);
});

test('a batch window gathers messages that come one after the other', async () => {
  const service = await startMapping(async () => undefined, { batchWindowSeconds: 0.15 });
  for (const body of ['a', 'b', 'c']) {
    service.sqs.enqueue('work', body);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await waitUntil(() => countLeft(service) === 0);
  expect(service.batches).toEqual([['a', 'b', 'c']]);
});

test('messages that together are over the payload limit go in several invocations', async () => {
  const service = await startMapping(
    async () => undefined,
    {},
    ({ sqs }) => {
      for (let index = 0; index < 8; index += 1) sqs.enqueue('work', 'x'.repeat(1_000_000));
    },
  );
  await waitUntil(() => countLeft(service) === 0);
  expect(service.batches.map((batch) => batch.length)).toEqual([6, 2]);
});

test('an idle mapping reads nothing: it sleeps until a message is sent', async () => {
  const service = await startMapping(async () => undefined);
  const receive = vi.spyOn(service.sqs.store, 'receive');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(receive).not.toHaveBeenCalled();
  service.sqs.enqueue('work', 'x');
  await waitUntil(() => service.batches.length === 1);
});

test('a stopped mapping takes nothing more', async () => {
  const service = await startMapping(async () => undefined);
  service.stop();
  service.sqs.enqueue('work', 'x');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(service.batches).toEqual([]);
  expect(countLeft(service)).toBe(1);
});

test.each([
  [{ batchSize: 0 }, 'batchSize must be a whole number from 1 to 10000'],
  [{ batchSize: 10_001, batchWindowSeconds: 1 }, 'batchSize must be a whole number from 1 to 10000'],
  [{ batchSize: 11 }, 'batchWindowSeconds must be at least 1 when batchSize is over 10'],
  [{ batchWindowSeconds: 301 }, 'batchWindowSeconds must be from 0 to 300'],
])('%j is refused at the start', async (source, reason) => {
  await expect(startMapping(async () => undefined, source)).rejects.toThrow(reason);
});

test('a batch of more than ten messages goes to one invocation when the window allows it', async () => {
  const service = await startMapping(
    async () => undefined,
    { batchSize: 25, batchWindowSeconds: 1 },
    ({ sqs }) => {
      for (let index = 0; index < 25; index += 1) sqs.enqueue('work', String(index));
    },
  );
  await waitUntil(() => countLeft(service) === 0);
  expect(service.batches.map((batch) => batch.length)).toEqual([25]);
});
