import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { createFaults, type FaultName } from '../faults.ts';
import { startTestSqs } from '../testing/sqs.ts';

/** The queue `work` behind the SDK, where `fault` always happens. */
async function startWith(fault: FaultName, seed = 1) {
  const { client, url, advance } = await startTestSqs(
    undefined,
    createFaults({ seed, rates: { [fault]: 1 } }),
  );
  const send = (body: string) => client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  async function receive() {
    const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 });
    return (await client.send(command)).Messages ?? [];
  }
  const remove = (ReceiptHandle: string | undefined) =>
    client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  return { advance, send, receive, remove };
}

test('sqs.duplicate: every message comes twice under one id, also when the first copy was deleted', async () => {
  const { send, receive, remove, advance } = await startWith('sqs.duplicate');
  const sent = [await send('a'), await send('b'), await send('c'), await send('d')];
  const first = await receive();
  for (const { ReceiptHandle } of first) await remove(ReceiptHandle);
  advance(2000);
  const ids = [...first, ...(await receive())].map(({ MessageId }) => MessageId);
  expect(ids.sort()).toEqual(sent.flatMap(({ MessageId }) => [MessageId, MessageId]).sort());
  advance(30_000);
  const left = await receive();
  for (const { ReceiptHandle } of left) await remove(ReceiptHandle);
  advance(30_000);
  expect(await receive()).toEqual([]);
});

test('sqs.duplicate: some copies can be received together with the message', async () => {
  const { send, receive } = await startWith('sqs.duplicate');
  for (let index = 0; index < 5; index += 1) await send('x');
  const ids = (await receive()).map(({ MessageId }) => MessageId);
  expect(ids.length).toBeGreaterThan(new Set(ids).size);
});

test('sqs.shuffle: the same messages come in another order', async () => {
  const { send, receive } = await startWith('sqs.shuffle');
  const bodies = ['0', '1', '2', '3', '4', '5', '6', '7'];
  for (const body of bodies) await send(body);
  const received = (await receive()).map(({ Body }) => Body);
  expect(received).not.toEqual(bodies);
  expect(received.sort()).toEqual(bodies);
});

test('sqs.delay: messages come later, within two seconds', async () => {
  const { send, receive, advance } = await startWith('sqs.delay');
  for (let index = 0; index < 5; index += 1) await send('late');
  const early = await receive();
  expect(early.length).toBeLessThan(5);
  advance(2000);
  expect([...early, ...(await receive())]).toHaveLength(5);
});

test('sqs.lose-delete: a deleted message comes back within two seconds', async () => {
  const { send, receive, remove, advance } = await startWith('sqs.lose-delete');
  await send('x');
  const [first] = await receive();
  await remove(first?.ReceiptHandle);
  advance(2000);
  const [again] = await receive();
  expect(again?.MessageId).toBe(first?.MessageId);
});
