import { ListDeadLetterSourceQueuesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { startTestSqs } from '../../../packages/local/testing/sqs.ts';

const NAMES = ['a', 'b', 'c-1', 'c-2', 'd_3'];
const queues = [
  ...NAMES.map((name) => ({
    name,
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 3600,
    deadLetter: { queue: 'dead', maxReceiveCount: 3 },
  })),
  { name: 'dead', visibilityTimeoutSeconds: 30, retentionSeconds: 3600 },
];

test.each([1, 2, 3, 5, 6, 1000])(
  'ListQueues with MaxResults %i gives every queue once over its pages, and no token on the last',
  async (MaxResults) => {
    const { client, sqs } = await startTestSqs(queues);
    const seen: string[] = [];
    let pages = 0;
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListQueuesCommand({ MaxResults, ...(NextToken && { NextToken }) }));
      expect(page.QueueUrls?.length).toBeLessThanOrEqual(MaxResults);
      seen.push(...(page.QueueUrls ?? []));
      pages += 1;
      ({ NextToken } = page);
    } while (NextToken);
    expect(seen).toEqual([...NAMES, 'dead'].map(sqs.formatUrl));
    expect(pages).toBe(Math.ceil(6 / MaxResults));
  },
);

test('ListQueues pages below a prefix, and gives no token unless MaxResults is set', async () => {
  const { client, sqs } = await startTestSqs(queues);
  const first = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'c-', MaxResults: 1 }));
  expect(first.QueueUrls).toEqual([sqs.formatUrl('c-1')]);
  const second = await client.send(
    new ListQueuesCommand({ QueueNamePrefix: 'c-', MaxResults: 1, NextToken: first.NextToken }),
  );
  expect(second.QueueUrls).toEqual([sqs.formatUrl('c-2')]);
  expect(second.NextToken).toBeUndefined();
  expect((await client.send(new ListQueuesCommand({}))).NextToken).toBeUndefined();
});

test('ListDeadLetterSourceQueues pages in the same way', async () => {
  const { client, sqs } = await startTestSqs(queues);
  const request = { QueueUrl: sqs.formatUrl('dead'), MaxResults: 3 };
  const first = await client.send(new ListDeadLetterSourceQueuesCommand(request));
  const { NextToken } = first;
  const second = await client.send(new ListDeadLetterSourceQueuesCommand({ ...request, NextToken }));
  expect([...(first.queueUrls ?? []), ...(second.queueUrls ?? [])]).toEqual(NAMES.map(sqs.formatUrl));
  expect(second.NextToken).toBeUndefined();
});

test.each([
  ['MaxResults 0', { MaxResults: 0 }],
  ['MaxResults 1001', { MaxResults: 1001 }],
  ['a token that is none', { MaxResults: 1, NextToken: '!' }],
])('%s is an InvalidParameterValue', async (_, request) => {
  const { client } = await startTestSqs(queues);
  await expect(client.send(new ListQueuesCommand(request))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});
