import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { startTestSqs } from '../../../packages/local/testing/sqs.ts';

test.each([
  ['no entries', [], 'EmptyBatchRequest'],
  [
    'eleven entries',
    Array.from({ length: 11 }, (_, index) => ({ Id: String(index), MessageBody: 'x' })),
    'TooManyEntriesInBatchRequest',
  ],
  [
    'the same id twice',
    [
      { Id: 'a', MessageBody: 'x' },
      { Id: 'a', MessageBody: 'y' },
    ],
    'BatchEntryIdsNotDistinct',
  ],
  ['an id with a space', [{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
  [
    'more than 1 MiB together',
    [
      { Id: 'a', MessageBody: 'x'.repeat(600_000) },
      { Id: 'b', MessageBody: 'x'.repeat(600_000) },
    ],
    'BatchRequestTooLong',
  ],
])('a batch with %s is refused whole', async (_, Entries, name) => {
  const service = await startTestSqs();
  await expect(
    service.client.send(new SendMessageBatchCommand({ QueueUrl: service.url, Entries })),
  ).rejects.toMatchObject({ name });
  expect(service.sqs.store.count('work').visible).toBe(0);
});

test('a message of exactly 1 MiB is taken, one byte more is refused', async () => {
  const service = await startTestSqs();
  const send = (bytes: number) =>
    service.client.send(new SendMessageCommand({ QueueUrl: service.url, MessageBody: 'x'.repeat(bytes) }));
  await send(1_048_576);
  await expect(send(1_048_577)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test.each([
  ['an empty body', { MessageBody: '' }, 'MissingParameter'],
  ['a NUL character', { MessageBody: 'a\u0000b' }, 'InvalidMessageContents'],
  [
    'an attribute without value',
    { MessageBody: 'x', MessageAttributes: { a: { DataType: 'String' } } },
    'InvalidParameterValue',
  ],
  ['a deduplication id', { MessageBody: 'x', MessageDeduplicationId: 'd' }, 'InvalidParameterValue'],
  ['a group with a space', { MessageBody: 'x', MessageGroupId: 'a b' }, 'InvalidParameterValue'],
])('a message with %s is refused', async (_, input, name) => {
  const service = await startTestSqs();
  await expect(
    service.client.send(new SendMessageCommand({ QueueUrl: service.url, ...input })),
  ).rejects.toMatchObject({ name });
});

test.each([
  [{ MaxNumberOfMessages: 11 }],
  [{ MaxNumberOfMessages: 0 }],
  [{ WaitTimeSeconds: 21 }],
  [{ VisibilityTimeout: 43_201 }],
])('receiving with %j is refused', async (options) => {
  const { client, url } = await startTestSqs();
  await expect(client.send(new ReceiveMessageCommand({ QueueUrl: url, ...options }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});
