import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createFaults, type FaultName, type Faults } from '../faults.ts';
import { createTemporaryFolder, removeFolder, startTestServer, type TestServer } from './test-server.ts';

const TableName = 'things';
const Key = { pk: 'a', sk: '1' };
let now = 1_700_000_000_000;
let end: () => Promise<void> = async () => undefined;

afterEach(() => end());

async function start(rates: Partial<Record<FaultName, number>> | Faults): Promise<TestServer> {
  const folder = await createTemporaryFolder();
  const faults = 'draw' in rates ? rates : createFaults({ seed: 1, rates });
  const server = await startTestServer(folder, { faults, clock: () => now });
  end = async () => {
    await server.close();
    await removeFolder(folder);
  };
  return server;
}

function put(sk: string): { Put: { TableName: string; Item: Record<string, string> } } {
  return { Put: { TableName, Item: { pk: 'a', sk } } };
}

describe('throttling', () => {
  it.each([
    ['PutItem', new PutCommand({ TableName, Item: Key })],
    ['UpdateItem', new UpdateCommand({ TableName, Key, UpdateExpression: 'REMOVE x' })],
    ['DeleteItem', new DeleteCommand({ TableName, Key })],
    ['GetItem', new GetCommand({ TableName, Key })],
    ['Scan', new ScanCommand({ TableName })],
    ['BatchGetItem', new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })],
  ])('refuses %s on an on-demand table with ThrottlingException', async (_name, command) => {
    const { documents } = await start({ 'dynamodb.throttle': 1 });
    await expect(documents.send(command as PutCommand)).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: expect.stringContaining('Throughput exceeds the current capacity of your table or index'),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses a request on a provisioned table with ProvisionedThroughputExceededException', async () => {
    const { client, documents } = await start({ 'dynamodb.throttle': 1 });
    await client.send(
      new CreateTableCommand({
        TableName: 'provisioned',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      }),
    );
    await expect(
      documents.send(new PutCommand({ TableName: 'provisioned', Item: { id: '1' } })),
    ).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
  });

  it('cancels a transaction with the reason ThrottlingError', async () => {
    const { documents } = await start({ 'dynamodb.throttle': 1 });
    await expect(
      documents.send(new TransactWriteCommand({ TransactItems: [put('1')] })),
    ).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ThrottlingError' }],
    });
  });

  it('lets about the rest of the requests through, which then are done', async () => {
    const { documents } = await start({ 'dynamodb.throttle': 0.5 });
    const add = new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    });
    let done = 0;
    let hits = 0;
    for (let n = 0; n < 100; n++) {
      await documents.send(add).then(
        ({ Attributes }) => {
          done += 1;
          hits = Attributes?.hits;
        },
        () => undefined,
      );
    }
    expect(hits).toBe(done);
    expect(done).toBeGreaterThan(30);
    expect(done).toBeLessThan(70);
  });
});

describe('conflicts', () => {
  it('cancel a transaction before anything is written, for one of its items', async () => {
    const { documents } = await start({ 'dynamodb.conflict': 1 });
    const failure = await documents
      .send(new TransactWriteCommand({ TransactItems: [put('1'), put('2'), put('3')] }))
      .catch((error) => error);
    expect(failure).toMatchObject({ name: 'TransactionCanceledException' });
    const codes = failure.CancellationReasons.map(({ Code }: { Code: string }) => Code);
    expect(codes.toSorted()).toEqual(['None', 'None', 'TransactionConflict']);
    expect(failure.message).toBe(
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    );
    expect((await documents.send(new ScanCommand({ TableName }))).Count).toBe(0);
  });

  it('cancel a transaction of gets', async () => {
    const { documents } = await start({ 'dynamodb.conflict': 1 });
    await expect(
      documents.send(new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key } }] })),
    ).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }],
    });
  });

  it('leave a request token free for the next try, which then answers without a conflict', async () => {
    const conflicts = [true, false, true];
    const happens = (fault: FaultName) => fault === 'dynamodb.conflict' && conflicts.shift() === true;
    const { documents } = await start({ draw: () => 0, happens });
    const command = new TransactWriteCommand({ TransactItems: [put('1')], ClientRequestToken: 'token' });
    const results: string[] = [];
    for (let n = 0; n < 3; n++) {
      const result = documents.send(command).then(
        () => 'done',
        ({ name }) => name,
      );
      results.push(await result);
    }
    expect(results).toEqual(['TransactionCanceledException', 'done', 'done']);
  });
});

describe('unprocessed entries', () => {
  const keys = Array.from({ length: 25 }, (_, n) => ({ pk: 'batch', sk: String(n) }));

  it('are left by every batch of more than one, and are all done by sending what is left', async () => {
    const { documents } = await start({ 'dynamodb.unprocessed': 1 });
    let RequestItems: BatchWriteCommand['input']['RequestItems'] = {
      [TableName]: keys.map((Item) => ({ PutRequest: { Item } })),
    };
    let before = 25;
    while (RequestItems !== undefined && Object.keys(RequestItems).length > 0) {
      const answer: BatchWriteCommandOutput = await documents.send(new BatchWriteCommand({ RequestItems }));
      const left = answer.UnprocessedItems?.[TableName]?.length ?? 0;
      expect(left).toBeLessThan(before);
      if (before > 1) expect(left).toBeGreaterThan(0);
      const { Count } = await documents.send(new ScanCommand({ TableName }));
      expect(Count).toBe(25 - left);
      before = left;
      RequestItems = answer.UnprocessedItems;
    }
  });

  it('of a BatchGetItem come back with the projection they were asked with', async () => {
    const { documents } = await start({ 'dynamodb.unprocessed': 1 });
    const request = {
      Keys: keys.slice(0, 5),
      ProjectionExpression: '#s',
      ExpressionAttributeNames: { '#s': 'sk' },
      ConsistentRead: true,
    };
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [TableName]: request } }),
    );
    const left = UnprocessedKeys?.[TableName];
    expect(left).toEqual({ ...request, Keys: expect.any(Array) });
    expect(left?.Keys?.length).toBeGreaterThan(0);
    expect(left?.Keys?.length).toBeLessThan(5);
    expect(Responses).toEqual({ [TableName]: [] });
  });
});

describe('a lagging index', () => {
  const query = new QueryCommand({
    TableName,
    IndexName: 'byOwner',
    KeyConditionExpression: 'ownerPk = :o',
    ExpressionAttributeValues: { ':o': 'o' },
  });
  const item = { ...Key, ownerPk: 'o', ownerSk: '1' };

  it('shows a write within 300 ms, in Query and Scan, while the table shows it at once', async () => {
    const { documents } = await start({ 'dynamodb.index-lag': 1 });
    const scan = new ScanCommand({ TableName, IndexName: 'byOwner' });
    await documents.send(new PutCommand({ TableName, Item: item }));
    expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toEqual(item);
    expect((await documents.send(new ScanCommand({ TableName }))).Count).toBe(1);
    expect((await documents.send(query)).Count).toBe(0);
    expect((await documents.send(scan)).Count).toBe(0);
    now += 300;
    expect((await documents.send(query)).Items).toEqual([item]);
    expect((await documents.send(scan)).Items).toEqual([item]);
  });

  it('still shows what was deleted', async () => {
    const { documents } = await start({ 'dynamodb.index-lag': 1 });
    await documents.send(new PutCommand({ TableName, Item: item }));
    now += 300;
    await documents.send(new DeleteCommand({ TableName, Key }));
    expect((await documents.send(query)).Count).toBe(1);
    expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toBeUndefined();
    now += 300;
    expect((await documents.send(query)).Count).toBe(0);
  });
});
