import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTemporaryFolder, removeFolder, startTestServer, type TestServer } from './test-server.ts';

const TableName = 'things';
let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startTestServer(folder);
});

afterAll(async () => {
  await server.close();
  await removeFolder(folder);
});

async function put(item: Record<string, unknown>): Promise<void> {
  await server.documents.send(new PutCommand({ TableName, Item: item }));
}

async function get(pk: string, sk: string): Promise<Record<string, unknown> | undefined> {
  return (await server.documents.send(new GetCommand({ TableName, Key: { pk, sk } }))).Item;
}

describe('items', () => {
  it('returns what was put, of every type', async () => {
    const item = {
      pk: 'types',
      sk: '1',
      text: 'Prüfling 検査',
      number: -12.5,
      bytes: new Uint8Array([0, 255, 7]),
      yes: true,
      nothing: null,
      words: new Set(['a', 'b']),
      list: [1, 'two', { three: [3] }],
      map: { nested: { deep: 'x' } },
      empty: '',
    };
    await put(item);
    expect(await get('types', '1')).toEqual(item);
  });

  it('says nothing of an item that is not there', async () => {
    expect(await get('absent', '1')).toBeUndefined();
  });

  it('returns the attributes a projection names', async () => {
    await put({ pk: 'projection', sk: '1', a: 1, b: { c: 2, d: 3 } });
    const result = await server.documents.send(
      new GetCommand({
        TableName,
        Key: { pk: 'projection', sk: '1' },
        ProjectionExpression: '#a, b.d',
        ExpressionAttributeNames: { '#a': 'a' },
      }),
    );
    expect(result.Item).toEqual({ a: 1, b: { d: 3 } });
  });

  it('deletes and returns the old item', async () => {
    await put({ pk: 'delete', sk: '1', a: 1 });
    const command = new DeleteCommand({ TableName, Key: { pk: 'delete', sk: '1' }, ReturnValues: 'ALL_OLD' });
    expect((await server.documents.send(command)).Attributes).toEqual({ pk: 'delete', sk: '1', a: 1 });
    expect((await server.documents.send(command)).Attributes).toBeUndefined();
    expect(await get('delete', '1')).toBeUndefined();
  });

  it('evaluates every update against the item before the update', async () => {
    await put({ pk: 'update', sk: '1', a: 1, b: 2, steps: ['0', '1', '2', '3'], words: new Set(['x', 'y']) });
    const result = await server.documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'update', sk: '1' },
        UpdateExpression:
          'SET a = b, b = a, fresh = if_not_exists(fresh, :five) REMOVE steps[0], steps[2] ADD hits :one DELETE words :x',
        ExpressionAttributeValues: { ':five': 5, ':one': 1, ':x': new Set(['x']) },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(result.Attributes).toEqual({
      pk: 'update',
      sk: '1',
      a: 2,
      b: 1,
      fresh: 5,
      hits: 1,
      steps: ['1', '3'],
      words: new Set(['y']),
    });
  });

  it('counts exactly under concurrent ADDs', async () => {
    const add = new UpdateCommand({
      TableName,
      Key: { pk: 'count', sk: '1' },
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: { ':one': 1 },
    });
    await Promise.all(Array.from({ length: 100 }, () => server.documents.send(add)));
    expect(await get('count', '1')).toMatchObject({ hits: 100 });
  });

  it('writes and reads batches', async () => {
    const keys = Array.from({ length: 25 }, (_, n) => ({ pk: 'batch', sk: String(n) }));
    const requests = keys.map((Item) => ({ PutRequest: { Item } }));
    await server.documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
    await server.documents.send(
      new BatchWriteCommand({
        RequestItems: { [TableName]: [{ DeleteRequest: { Key: { pk: 'batch', sk: '3' } } }] },
      }),
    );
    const result = await server.documents.send(
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys: keys } } }),
    );
    expect(new Set(result.Responses?.[TableName]?.map(({ sk }) => sk))).toEqual(
      new Set(keys.map(({ sk }) => sk).filter((sk) => sk !== '3')),
    );
  });

  it('refuses an item of more than 400 KB counted in UTF-8', async () => {
    await put({ pk: 'size', sk: '1', text: 'é'.repeat(204_000) });
    await expect(put({ pk: 'size', sk: '2', text: 'é'.repeat(205_000) })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
  });
});

describe('conditions', () => {
  it('put once under attribute_not_exists', async () => {
    const once = new PutCommand({
      TableName,
      Item: { pk: 'once', sk: '1' },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => server.documents.send(once)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(failures.every((failure) => failure instanceof ConditionalCheckFailedException)).toBe(true);
  });

  it.each([
    [
      'put',
      new PutCommand({ TableName, Item: { pk: 'failed', sk: '1' }, ConditionExpression: 'version = :two' }),
    ],
    [
      'update',
      new UpdateCommand({
        TableName,
        Key: { pk: 'failed', sk: '1' },
        UpdateExpression: 'SET version = :two',
        ConditionExpression: 'version = :two',
      }),
    ],
    [
      'delete',
      new DeleteCommand({ TableName, Key: { pk: 'failed', sk: '1' }, ConditionExpression: 'version = :two' }),
    ],
  ])('a failed %s returns the item when asked to, and changes nothing', async (_name, command) => {
    const item = { pk: 'failed', sk: '1', version: 1 };
    await put(item);
    command.input.ExpressionAttributeValues = { ':two': 2 };
    const plain = await server.documents.send(command as PutCommand).catch((error) => error);
    expect(plain).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
    });
    expect(plain.Item).toBeUndefined();
    command.input.ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
    const full = await server.documents.send(command as PutCommand).catch((error) => error);
    expect(full.Item).toEqual({ pk: { S: 'failed' }, sk: { S: '1' }, version: { N: '1' } });
    expect(await get('failed', '1')).toEqual(item);
  });
});

describe('queries and scans', () => {
  beforeAll(async () => {
    for (const sk of ['a#1', 'a#2', 'a#3', 'b#1', 'b#2', 'é', 'z'])
      await put({ pk: 'query', sk, even: sk.at(-1) === '2' });
  });

  async function query(condition: string, values: object, extra: object = {}): Promise<unknown[]> {
    const result = await server.documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `pk = :pk${condition}`,
        ExpressionAttributeValues: { ':pk': 'query', ...values },
        ...extra,
      }),
    );
    return (result.Items ?? []).map(({ sk }) => sk);
  }

  it('sort by the bytes of the sort key, both ways', async () => {
    const order = ['a#1', 'a#2', 'a#3', 'b#1', 'b#2', 'z', 'é'];
    expect(await query('', {})).toEqual(order);
    expect(await query('', {}, { ScanIndexForward: false })).toEqual(order.toReversed());
  });

  it.each([
    [' AND begins_with(sk, :a)', { ':a': 'a#' }, ['a#1', 'a#2', 'a#3']],
    [' AND sk BETWEEN :a AND :b', { ':a': 'a#2', ':b': 'b#1' }, ['a#2', 'a#3', 'b#1']],
    [' AND sk < :a', { ':a': 'a#2' }, ['a#1']],
    [' AND sk >= :a', { ':a': 'b#2' }, ['b#2', 'z', 'é']],
    [' AND sk = :a', { ':a': 'z' }, ['z']],
  ])('keep to the sort key condition%s', async (condition, values, expected) => {
    expect(await query(condition, values)).toEqual(expected);
  });

  it('filter after the limit', async () => {
    const extra = { FilterExpression: 'even = :yes', Limit: 3 };
    expect(await query('', { ':yes': true }, extra)).toEqual(['a#2']);
  });

  it('refuse to select specific attributes without naming them, and a segment without a total', async () => {
    await expect(query('', {}, { Select: 'SPECIFIC_ATTRIBUTES' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(server.documents.send(new ScanCommand({ TableName, Segment: 0 }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('scan every item once over segments and pages', async () => {
    const expected = (await server.documents.send(new ScanCommand({ TableName }))).Items?.length;
    const seen: string[] = [];
    for (const Segment of [0, 1, 2]) {
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await server.documents.send(
          new ScanCommand({ TableName, Segment, TotalSegments: 3, Limit: 5, ExclusiveStartKey }),
        );
        seen.push(...(page.Items ?? []).map(({ pk, sk }) => `${pk}/${sk}`));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    }
    expect(seen).toHaveLength(expected ?? 0);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
