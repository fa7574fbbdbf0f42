import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  TransactGetItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createTable, type Item, TableName, useService } from './service.ts';

const { client, put } = useService();
const refused = { name: 'ValidationException' };

function buildKeys(count: number, pk = 'k'): Item[] {
  return Array.from({ length: count }, (_, n) => ({ pk: { S: pk }, sk: { S: String(n) } }));
}

describe('an item', () => {
  it('is at most 400 KB, attribute names included', async () => {
    const build = (bytes: number) => ({
      pk: { S: 'x' },
      sk: { S: 'y' },
      text: { S: 'z'.repeat(bytes - 10) },
    });
    await put(build(409_600));
    await expect(put(build(409_601))).rejects.toMatchObject({
      ...refused,
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  it('is not grown past 400 KB by an update', async () => {
    await put({ pk: { S: 'grow' }, sk: { S: '1' }, text: { S: 'z'.repeat(300_000) } });
    const update = new UpdateItemCommand({
      TableName,
      Key: { pk: { S: 'grow' }, sk: { S: '1' } },
      UpdateExpression: 'SET more = :more',
      ExpressionAttributeValues: { ':more': { S: 'z'.repeat(200_000) } },
    });
    await expect(client().send(update)).rejects.toMatchObject(refused);
  });

  it.each([
    ['a partition key of 2,048 bytes', 'x'.repeat(2048), 'y', true],
    ['a partition key of 2,049 bytes', 'x'.repeat(2049), 'y', false],
    ['a sort key of 1,024 bytes', 'x', 'y'.repeat(1024), true],
    ['a sort key of 1,025 bytes', 'x', 'y'.repeat(1025), false],
    ['a sort key of 1,026 bytes in 513 characters', 'x', 'é'.repeat(513), false],
    ['an empty partition key', '', 'y', false],
    ['an empty sort key', 'x', '', false],
  ])('with %s: accepted %#', async (_name, pk, sk, isAccepted) => {
    const putting = put({ pk: { S: pk }, sk: { S: sk } });
    if (isAccepted) await putting;
    else await expect(putting).rejects.toMatchObject(refused);
  });

  it.each<[string, AttributeValue]>([
    ['a number of 39 digits', { N: '1'.repeat(39) }],
    ['a number above 9.99E+125', { N: '1e126' }],
    ['a number below 1E-130', { N: '1e-131' }],
    ['a number that is none', { N: '1x' }],
    ['an empty set', { SS: [] }],
    ['a set with a duplicate', { SS: ['a', 'a'] }],
    ['a set of numbers with a duplicate in another notation', { NS: ['1', '1.0'] }],
    ['no value', {} as AttributeValue],
    ['NULL that is not true', { NULL: false } as unknown as AttributeValue],
  ])('is refused with %s', async (_name, value) => {
    await expect(put({ pk: { S: 'value' }, sk: { S: '1' }, value })).rejects.toMatchObject(refused);
  });

  it('may hold empty strings and binaries outside keys, and 38 digits', async () => {
    await put({
      pk: { S: 'value' },
      sk: { S: '2' },
      text: { S: '' },
      bytes: { B: new Uint8Array() },
      number: { N: '9'.repeat(38) },
      list: { L: [] },
      map: { M: {} },
    });
  });
});

describe('a batch', () => {
  it('writes 25 items and refuses 26, and none', async () => {
    const write = (count: number) =>
      client().send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: buildKeys(count).map((Item) => ({ PutRequest: { Item } })) },
        }),
      );
    expect((await write(25)).UnprocessedItems).toEqual({});
    await expect(write(26)).rejects.toMatchObject(refused);
    await expect(write(0)).rejects.toMatchObject(refused);
  });

  it('refuses to write one item twice', async () => {
    const [Key = {}] = buildKeys(1);
    const requests = [{ PutRequest: { Item: Key } }, { DeleteRequest: { Key } }];
    await expect(
      client().send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } })),
    ).rejects.toMatchObject({ ...refused, message: 'Provided list of item keys contains duplicates' });
  });

  it('gets 100 items and refuses 101, and one twice', async () => {
    const get = (Keys: Item[]) =>
      client().send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect((await get(buildKeys(100))).Responses?.[TableName]).toHaveLength(25);
    await expect(get(buildKeys(101))).rejects.toMatchObject(refused);
    await expect(get([...buildKeys(1), ...buildKeys(1)])).rejects.toMatchObject({
      ...refused,
      message: 'Provided list of item keys contains duplicates',
    });
  });

  it('gets up to 16 MB and leaves the rest as UnprocessedKeys', async () => {
    const keys = buildKeys(45, 'large');
    for (const key of keys) await put({ ...key, text: { S: 'x'.repeat(400_000) } });
    const { Responses, UnprocessedKeys } = await client().send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys } } }),
    );
    // 41 items of 400,0xx bytes fit in 16,777,216.
    expect(Responses?.[TableName]).toHaveLength(41);
    expect(UnprocessedKeys?.[TableName]?.Keys).toHaveLength(4);
    const rest = await client().send(new BatchGetItemCommand({ RequestItems: UnprocessedKeys }));
    expect(rest.Responses?.[TableName]).toHaveLength(4);
  });
});

it('a transaction gets 100 items and refuses 101', async () => {
  const get = (count: number) =>
    client().send(
      new TransactGetItemsCommand({
        TransactItems: buildKeys(count).map((Key) => ({ Get: { TableName, Key } })),
      }),
    );
  expect((await get(100)).Responses).toHaveLength(100);
  await expect(get(101)).rejects.toMatchObject(refused);
});

describe('a table', () => {
  const index = createTable.input.GlobalSecondaryIndexes?.[0];
  const local = createTable.input.LocalSecondaryIndexes?.[0];
  it.each<[string, Partial<CreateTableCommandInput>]>([
    ['a name of two characters', { TableName: 'ab' }],
    ['a name of 256 characters', { TableName: 'a'.repeat(256) }],
    ['a name with a space', { TableName: 'a b c' }],
    [
      'two indexes of one name',
      { GlobalSecondaryIndexes: [index, index].filter((one) => one !== undefined) },
    ],
    [
      '21 global indexes',
      {
        GlobalSecondaryIndexes: Array.from({ length: 21 }, (_, n) => ({
          ...index,
          IndexName: `index${n}`,
        })) as never,
      },
    ],
    [
      'six local indexes',
      {
        LocalSecondaryIndexes: Array.from({ length: 6 }, (_, n) => ({
          ...local,
          IndexName: `local${n}`,
        })) as never,
      },
    ],
    ['a key that is not defined', { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] }],
    ['throughput although it is on demand', { BillingMode: 'PAY_PER_REQUEST' }],
  ])('is refused with %s', async (_name, change) => {
    const command = new CreateTableCommand({ ...createTable.input, TableName: 'refused', ...change });
    await expect(client().send(command)).rejects.toMatchObject(refused);
  });
});
