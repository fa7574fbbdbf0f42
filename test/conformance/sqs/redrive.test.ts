import {
  CancelMessageMoveTaskCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { startTestSqs, type TestSqs } from '../../../packages/local/testing/sqs.ts';
import { waitUntil } from '../../../packages/local/testing/wait-until.ts';

const WORK = 'arn:aws:sqs:eu-west-1:000000000000:work';
const DEAD = 'arn:aws:sqs:eu-west-1:000000000000:work-dead';

/** Queues where `bodies` went from `work` to its dead-letter queue by three failed receives. */
async function startWithDead(...bodies: string[]): Promise<TestSqs> {
  const service = await startTestSqs();
  for (const body of bodies) service.sqs.enqueue('work', body);
  for (let round = 0; round < 4; round += 1) {
    service.sqs.store.receive('work', { max: 100 });
    service.advance(30_000);
  }
  expect(service.sqs.store.count('work-dead').visible).toBe(bodies.length);
  return service;
}

function start({ client }: TestSqs, options: object = {}) {
  return client.send(new StartMessageMoveTaskCommand({ SourceArn: DEAD, ...options }));
}

async function list({ client }: TestSqs, MaxResults?: number) {
  const { Results = [] } = await client.send(
    new ListMessageMoveTasksCommand({ SourceArn: DEAD, MaxResults }),
  );
  return Results;
}

async function waitForEnd(service: TestSqs) {
  for (;;) {
    const [task] = await list(service);
    if (task?.Status !== 'RUNNING') return task;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('without DestinationArn, messages go back to the queue they came from', async () => {
  const service = await startWithDead('a', 'b');
  const { TaskHandle } = await start(service);
  expect(TaskHandle).toEqual(expect.any(String));
  expect(await waitForEnd(service)).toMatchObject({
    Status: 'COMPLETED',
    SourceArn: DEAD,
    ApproximateNumberOfMessagesMoved: 2,
    ApproximateNumberOfMessagesToMove: 2,
    StartedTimestamp: expect.any(Number),
  });
  expect(service.sqs.store.count('work')).toMatchObject({ visible: 2, inFlight: 0 });
  expect(service.sqs.store.count('work-dead').visible).toBe(0);
});

test('a moved message is new: another id, time and receive count, and no dead-letter source', async () => {
  const service = await startWithDead('a');
  const [dead] = service.sqs.store.receive('work-dead', { max: 1, visibilityTimeoutSeconds: 0 });
  await start(service, { DestinationArn: WORK });
  await waitForEnd(service);
  const command = new ReceiveMessageCommand({ QueueUrl: service.url, MessageSystemAttributeNames: ['All'] });
  const { Messages: [message] = [] } = await service.client.send(command);
  expect(message?.Body).toBe('a');
  expect(message?.MessageId).not.toBe(dead?.messageId);
  expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
  expect(Number(message?.Attributes?.SentTimestamp)).toBeGreaterThan(dead?.sentAt ?? 0);
  expect(message?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
});

test('MaxNumberOfMessagesPerSecond holds the rate, and only one task runs per queue', async () => {
  const service = await startWithDead('a', 'b', 'c');
  await start(service, { MaxNumberOfMessagesPerSecond: 1 });
  await waitUntil(() => service.sqs.store.count('work').visible === 1);
  await expect(start(service)).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining('Only one active task is allowed'),
  });
  expect(service.sqs.store.count('work').visible).toBe(1);
});

test('a cancelled task moves nothing more, keeps its count, and cannot be cancelled again', async () => {
  const service = await startWithDead('a', 'b', 'c');
  const { TaskHandle } = await start(service, { MaxNumberOfMessagesPerSecond: 1 });
  expect((await list(service))[0]?.TaskHandle).toBe(TaskHandle);
  await waitUntil(() => service.sqs.store.count('work').visible === 1);
  const cancel = () => service.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  expect((await cancel()).ApproximateNumberOfMessagesMoved).toBe(1);
  const [task] = await list(service);
  expect(task).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 1 });
  expect(task).not.toHaveProperty('TaskHandle');
  await expect(cancel()).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('a message sent to the dead-letter queue directly has no source, so the task fails and says so', async () => {
  const service = await startTestSqs();
  service.sqs.enqueue('work-dead', 'direct');
  await start(service);
  expect(await waitForEnd(service)).toMatchObject({
    Status: 'FAILED',
    FailureReason: 'CouldNotDetermineMessageSource',
  });
  await start(service, { DestinationArn: WORK });
  expect(await waitForEnd(service)).toMatchObject({ Status: 'COMPLETED', DestinationArn: WORK });
  expect((await list(service, 10)).map(({ Status }) => Status)).toEqual(['COMPLETED', 'FAILED']);
});

test.each([
  ['a source that is not there', { SourceArn: `${DEAD}-gone` }, 'ResourceNotFoundException'],
  ['a destination that is not there', { DestinationArn: `${DEAD}-gone` }, 'ResourceNotFoundException'],
  ['a source that is no dead-letter queue', { SourceArn: WORK }, 'InvalidParameterValue'],
  ['a rate over 500', { MaxNumberOfMessagesPerSecond: 501 }, 'InvalidParameterValue'],
])('a move task with %s is refused', async (_, options, name) => {
  await expect(start(await startTestSqs(), options)).rejects.toMatchObject({ name });
});

test('an unknown task cannot be cancelled', async () => {
  const { client } = await startTestSqs();
  const command = new CancelMessageMoveTaskCommand({ TaskHandle: 'bm9uZQ==' });
  await expect(client.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('the source queues of a dead-letter queue are listed', async () => {
  const { client, url, deadUrl } = await startTestSqs();
  const { queueUrls } = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadUrl }));
  expect(queueUrls).toEqual([url]);
});
