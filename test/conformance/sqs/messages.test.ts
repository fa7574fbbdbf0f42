import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { startTestSqs, type TestSqs } from '../../../packages/local/testing/sqs.ts';

async function receive({ client, url }: TestSqs, options: object = {}) {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, ...options }));
  return Messages;
}

test('a message comes back with the body, attributes and digests it was sent with', async () => {
  const service = await startTestSqs();
  const sent = await service.client.send(
    new SendMessageCommand({
      QueueUrl: service.url,
      MessageBody: 'grüße 👋',
      MessageGroupId: 'tenant-1',
      MessageAttributes: {
        timestamp: { DataType: 'Number', StringValue: '1493147359900' },
      },
    }),
  );
  expect(sent.MD5OfMessageAttributes).toBe('235c5c510d26fb653d073faed50ae77c');

  const [message] = await receive(service, {
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['time.*'],
  });
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'grüße 👋',
    Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'tenant-1', SenderId: '000000000000' },
    MessageAttributes: { timestamp: { DataType: 'Number', StringValue: '1493147359900' } },
    MD5OfMessageAttributes: '235c5c510d26fb653d073faed50ae77c',
  });
  expect(Number(message?.Attributes?.SentTimestamp)).toBeCloseTo(Date.now(), -4);
});

test('binary attributes survive the journey byte by byte', async () => {
  const service = await startTestSqs();
  const BinaryValue = Uint8Array.of(0, 255, 128, 7);
  await service.client.send(
    new SendMessageCommand({
      QueueUrl: service.url,
      MessageBody: 'x',
      MessageAttributes: { blob: { DataType: 'Binary.png', BinaryValue } },
    }),
  );
  const [message] = await receive(service, { MessageAttributeNames: ['All'] });
  expect(message?.MessageAttributes?.blob?.BinaryValue).toEqual(BinaryValue);
});

test('system and message attributes stay away unless asked for', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  const [message] = await receive(service);
  expect(message?.Attributes).toBeUndefined();
  expect(message?.MessageAttributes).toBeUndefined();
});

test('a long poll wakes as soon as a message is sent', async () => {
  const service = await startTestSqs();
  const started = performance.now();
  const waiting = receive(service, { WaitTimeSeconds: 20 });
  setTimeout(() => service.sqs.enqueue('work', 'wake up'), 100);
  const [message] = await waiting;
  expect(message?.Body).toBe('wake up');
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('a long poll wakes when a hidden message becomes visible', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  await receive(service, { VisibilityTimeout: 1 });
  const started = performance.now();
  const [again] = await receive(service, { WaitTimeSeconds: 10, MessageSystemAttributeNames: ['All'] });
  expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  expect(performance.now() - started).toBeGreaterThan(500);
  expect(performance.now() - started).toBeLessThan(9000);
});

test('a long poll whose client left takes no message with it', async () => {
  const service = await startTestSqs();
  const leaving = new AbortController();
  const poll = service.client.send(
    new ReceiveMessageCommand({ QueueUrl: service.url, WaitTimeSeconds: 20 }),
    {
      abortSignal: leaving.signal,
    },
  );
  setTimeout(() => leaving.abort(), 100);
  await expect(poll).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  service.sqs.enqueue('work', 'x');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await receive(service)).toHaveLength(1);
});

test('an empty queue answers a long poll with nothing after its wait', async () => {
  const service = await startTestSqs();
  const started = performance.now();
  expect(await receive(service, { WaitTimeSeconds: 1 })).toEqual([]);
  expect(performance.now() - started).toBeGreaterThan(950);
});

test('a delayed message is counted as delayed and comes after its delay', async () => {
  const service = await startTestSqs();
  await service.client.send(
    new SendMessageCommand({ QueueUrl: service.url, MessageBody: 'later', DelaySeconds: 60 }),
  );
  expect(await receive(service)).toEqual([]);
  const { Attributes } = await service.client.send(
    new GetQueueAttributesCommand({ QueueUrl: service.url, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesDelayed: '1',
    ApproximateNumberOfMessagesNotVisible: '0',
    VisibilityTimeout: '30',
    QueueArn: 'arn:aws:sqs:eu-west-1:000000000000:work',
  });
  service.advance(60_000);
  expect(await receive(service)).toHaveLength(1);
});

test('a message received maxReceiveCount times moves to the dead-letter queue and names its source', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'poison');
  for (let round = 0; round < 3; round += 1) {
    expect(await receive(service)).toHaveLength(1);
    service.advance(30_000);
  }
  expect(await receive(service)).toEqual([]);
  const [dead] = await receive(
    { ...service, url: service.deadUrl },
    { MessageSystemAttributeNames: ['All'] },
  );
  expect(dead?.Body).toBe('poison');
  expect(dead?.Attributes?.DeadLetterQueueSourceArn).toBe('arn:aws:sqs:eu-west-1:000000000000:work');
});

test('a message past the retention period is gone', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  service.advance(3_600_000);
  expect(await receive(service)).toEqual([]);
});

test('a deleted message does not come back; deleting it again succeeds', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  const [message] = await receive(service);
  const command = new DeleteMessageCommand({ QueueUrl: service.url, ReceiptHandle: message?.ReceiptHandle });
  await service.client.send(command);
  await service.client.send(command);
  service.advance(30_000);
  expect(await receive(service)).toEqual([]);
});

test('the handle of an earlier receive deletes nothing', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  const [first] = await receive(service);
  service.advance(30_000);
  await receive(service);
  await service.client.send(
    new DeleteMessageCommand({ QueueUrl: service.url, ReceiptHandle: first?.ReceiptHandle }),
  );
  service.advance(30_000);
  expect(await receive(service)).toHaveLength(1);
});

test('changing the visibility hides a message longer, or shows it at once', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  const [message] = await receive(service);
  const change = (VisibilityTimeout: number) =>
    service.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: service.url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      }),
    );
  await change(600);
  service.advance(599_000);
  expect(await receive(service)).toEqual([]);
  await change(0);
  expect(await receive(service)).toHaveLength(1);
});

test('a message cannot be hidden longer than twelve hours after its receive', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  const [message] = await receive(service, { VisibilityTimeout: 3600 });
  service.advance(1000);
  await expect(
    service.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: service.url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 43_200,
      }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('a visible message is not in flight, so its visibility cannot be changed', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  const [message] = await receive(service);
  service.advance(30_000);
  await expect(
    service.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: service.url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 10,
      }),
    ),
  ).rejects.toMatchObject({ name: 'MessageNotInflight', Code: 'AWS.SimpleQueueService.MessageNotInflight' });
});

test('batches answer for each entry on its own', async () => {
  const service = await startTestSqs();
  const QueueUrl = service.url;
  const sent = await service.client.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'a' },
        { Id: 'delayed-too-long', MessageBody: 'b', DelaySeconds: 901 },
        { Id: 'also-good', MessageBody: 'c' },
      ],
    }),
  );
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good', 'also-good']);
  expect(sent.Failed).toMatchObject([
    { Id: 'delayed-too-long', Code: 'InvalidParameterValue', SenderFault: true },
  ]);

  const messages = await receive(service, { MaxNumberOfMessages: 10 });
  expect(messages.map(({ Body }) => Body)).toEqual(['a', 'c']);
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  const changed = await service.client.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl,
      Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: 100 })),
    }),
  );
  expect(changed.Successful).toHaveLength(2);
  const deleted = await service.client.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [...Entries, { Id: 'bad', ReceiptHandle: 'bm90IGEgaGFuZGxl' }],
    }),
  );
  expect(deleted.Successful).toHaveLength(2);
  expect(deleted.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
});

test('an unknown queue is QueueDoesNotExist with the code of the query protocol', async () => {
  const service = await startTestSqs();
  const error = await service.client
    .send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(QueueDoesNotExist);
  expect(error).toMatchObject({
    name: 'QueueDoesNotExist',
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
    Type: 'Sender',
  });
});

test("another queue's handle is refused", async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work-dead', 'x');
  const [message] = await receive({ ...service, url: service.deadUrl });
  await expect(
    service.client.send(
      new DeleteMessageCommand({ QueueUrl: service.url, ReceiptHandle: message?.ReceiptHandle }),
    ),
  ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
});

test('queues are found by name and by prefix', async () => {
  const { client, url, deadUrl } = await startTestSqs();
  expect((await client.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl).toBe(url);
  expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual([url, deadUrl]);
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'work-' }))).QueueUrls).toEqual([
    deadUrl,
  ]);
});

test('purging empties a queue, once in a minute', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work', 'x');
  const purge = () => service.client.send(new PurgeQueueCommand({ QueueUrl: service.url }));
  await purge();
  expect(await receive(service)).toEqual([]);
  await expect(purge()).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
  service.advance(60_000);
  await purge();
});

test('an unknown attribute name is refused', async () => {
  const service = await startTestSqs();
  await expect(
    service.client.send(
      new GetQueueAttributesCommand({ QueueUrl: service.url, AttributeNames: ['Colour' as 'All'] }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidAttributeName' });
});

test('an operation outside the list is refused, never answered with a false success', async () => {
  const { client } = await startTestSqs();
  await expect(client.send(new CreateQueueCommand({ QueueName: 'new' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
  });
});

test('a quiet tenant is served before the backlog of a busy one', async () => {
  const service = await startTestSqs();
  for (let index = 0; index < 6; index += 1)
    service.sqs.enqueue('work', `busy-${index}`, { groupId: 'busy' });
  await receive(service, { MaxNumberOfMessages: 2 });
  service.sqs.enqueue('work', 'quiet', { groupId: 'quiet' });
  const [next] = await receive(service);
  expect(next?.Body).toBe('quiet');
});
