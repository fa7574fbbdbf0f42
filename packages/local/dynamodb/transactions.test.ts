import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTemporaryFolder, removeFolder, startTestServer, type TestServer } from './test-server.ts';

const TableName = 'things';
const TEN_MINUTES_MS = 600_000;
let folder: string;
let server: TestServer;
let now = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startTestServer(folder, { clock: () => now });
});

afterAll(async () => {
  await server.close();
  await removeFolder(folder);
});

type Actions = NonNullable<TransactWriteCommandInput['TransactItems']>;

async function put(item: Record<string, unknown>): Promise<void> {
  await server.documents.send(new PutCommand({ TableName, Item: item }));
}

async function get(pk: string, sk = '1'): Promise<Record<string, unknown> | undefined> {
  return (await server.documents.send(new GetCommand({ TableName, Key: { pk, sk } }))).Item;
}

async function transact(TransactItems: Actions, ClientRequestToken?: string): Promise<void> {
  await server.documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
}

async function fail(TransactItems: Actions, ClientRequestToken?: string): Promise<unknown> {
  return transact(TransactItems, ClientRequestToken).then(
    () => expect.unreachable('the transaction should have failed'),
    (error: unknown) => error,
  );
}

describe('TransactWriteItems', () => {
  it('puts, updates, deletes and checks together', async () => {
    for (const pk of ['tw-update', 'tw-delete', 'tw-check']) await put({ pk, sk: '1', version: 1 });
    await transact([
      {
        Put: { TableName, Item: { pk: 'tw-put', sk: '1' }, ConditionExpression: 'attribute_not_exists(pk)' },
      },
      {
        Update: {
          TableName,
          Key: { pk: 'tw-update', sk: '1' },
          UpdateExpression: 'SET version = version + :one, ownerPk = :owner, ownerSk = :owner',
          ExpressionAttributeValues: { ':one': 1, ':owner': 'tw' },
        },
      },
      { Delete: { TableName, Key: { pk: 'tw-delete', sk: '1' } } },
      {
        ConditionCheck: {
          TableName,
          Key: { pk: 'tw-check', sk: '1' },
          ConditionExpression: 'version = :one',
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ]);
    expect(await get('tw-put')).toBeDefined();
    expect(await get('tw-update')).toMatchObject({ version: 2 });
    expect(await get('tw-delete')).toBeUndefined();
    const owned = await server.documents.send(
      new QueryCommand({
        TableName,
        IndexName: 'byOwner',
        KeyConditionExpression: 'ownerPk = :owner',
        ExpressionAttributeValues: { ':owner': 'tw' },
      }),
    );
    expect(owned.Items).toHaveLength(1);
  });

  it('gives a reason for each action in order and changes nothing', async () => {
    await put({ pk: 'reasons', sk: '1', text: 'x' });
    const error = await fail([
      { Put: { TableName, Item: { pk: 'reasons', sk: 'new' } } },
      {
        Put: {
          TableName,
          Item: { pk: 'reasons', sk: '1' },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        ConditionCheck: {
          TableName,
          Key: { pk: 'reasons', sk: '2' },
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
      {
        Update: {
          TableName,
          Key: { pk: 'reasons', sk: '3' },
          UpdateExpression: 'SET a = nowhere + :one',
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ]);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect((error as Error).message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError]',
    );
    expect((error as TransactionCanceledException).CancellationReasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: { S: 'reasons' }, sk: { S: '1' }, text: { S: 'x' } },
      },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      {
        Code: 'ValidationError',
        Message: 'The provided expression refers to an attribute that does not exist in the item',
      },
    ]);
    expect(await get('reasons', 'new')).toBeUndefined();
    expect(await get('reasons', '1')).toEqual({ pk: 'reasons', sk: '1', text: 'x' });
  });

  it('refuses two actions on one item, more than 100 actions and more than 4 MB', async () => {
    const actions = (count: number, text = ''): Actions =>
      Array.from({ length: count }, (_, n) => ({
        Put: { TableName, Item: { pk: 'limits', sk: String(n), text } },
      }));
    expect(
      await fail([...actions(1), { Delete: { TableName, Key: { pk: 'limits', sk: '0' } } }]),
    ).toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
    expect(await fail(actions(101))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 100'),
    });
    expect(await fail(actions(11, 'x'.repeat(399_000)))).toMatchObject({ name: 'ValidationException' });
    expect(await get('limits', '0')).toBeUndefined();
    await transact(actions(100));
    expect(await get('limits', '99')).toBeDefined();
  });

  it('refuses an update without its expression and a check without its condition', async () => {
    const Key = { pk: 'needs', sk: '1' };
    const update = { Update: { TableName, Key } } as unknown as Actions[number];
    const check = { ConditionCheck: { TableName, Key } } as unknown as Actions[number];
    expect(await fail([update])).toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'transactItems.1.member.update.updateExpression' failed to " +
        'satisfy constraint: Member must not be null',
    });
    expect(await fail([check])).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(
        "Value null at 'transactItems.1.member.conditionCheck.conditionExpression'",
      ),
    });
  });

  it('refuses a table that is not there', async () => {
    expect(await fail([{ Put: { TableName: 'absent', Item: { pk: 'a', sk: '1' } } }])).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('does a token’s transaction once within ten minutes, over a restart too', async () => {
    const add = (amount: number): Actions => [
      {
        Update: {
          TableName,
          Key: { pk: 'token', sk: '1' },
          UpdateExpression: 'ADD amount :amount',
          ExpressionAttributeValues: { ':amount': amount },
        },
      },
    ];
    await Promise.all([transact(add(1), 'token-1'), transact(add(1), 'token-1')]);
    expect(await get('token')).toMatchObject({ amount: 1 });
    expect(await fail(add(2), 'token-1')).toMatchObject({ name: 'IdempotentParameterMismatchException' });
    await server.close();
    server = await startTestServer(folder, { clock: () => now });
    now += TEN_MINUTES_MS - 1;
    await transact(add(1), 'token-1');
    expect(await get('token')).toMatchObject({ amount: 1 });
    now += 1;
    await transact(add(1), 'token-1');
    expect(await get('token')).toMatchObject({ amount: 2 });
  });

  it('leaves the token of a cancelled transaction free', async () => {
    const create: Actions = [
      { Put: { TableName, Item: { pk: 'free', sk: '2' } } },
      {
        ConditionCheck: {
          TableName,
          Key: { pk: 'free', sk: '1' },
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
    ];
    expect(await fail(create, 'token-2')).toMatchObject({ name: 'TransactionCanceledException' });
    await put({ pk: 'free', sk: '1' });
    await transact(create, 'token-2');
    expect(await get('free', '2')).toBeDefined();
  });
});

describe('TransactGetItems', () => {
  it('returns items in order, with an empty place for one that is not there', async () => {
    await put({ pk: 'tg', sk: '1', a: 1, b: 2 });
    const result = await server.documents.send(
      new TransactGetCommand({
        TransactItems: [
          { Get: { TableName, Key: { pk: 'tg', sk: 'none' } } },
          { Get: { TableName, Key: { pk: 'tg', sk: '1' }, ProjectionExpression: 'b' } },
        ],
      }),
    );
    expect(result.Responses?.map(({ Item }) => Item)).toEqual([undefined, { b: 2 }]);
  });
});

describe('concurrent transactions', () => {
  it('keep the total of transfers, and no read sees half of one', async () => {
    const accounts = Array.from({ length: 8 }, (_, n) => ({ pk: 'account', sk: String(n) }));
    for (const account of accounts) await put({ ...account, balance: 100 });
    const gets = accounts.map((Key) => ({ Get: { TableName, Key } }));
    const change = (Key: object, amount: number, condition?: string) => ({
      Update: {
        TableName,
        Key,
        UpdateExpression: 'ADD balance :amount',
        ConditionExpression: condition,
        ExpressionAttributeValues: {
          ':amount': amount,
          ...(condition === undefined ? {} : { ':need': -amount }),
        },
      },
    });
    let running = true;
    let committed = 0;
    let cancelled = 0;
    const worker = async (seed: number): Promise<void> => {
      for (let n = 0; n < 40; n++) {
        const from = accounts[(seed * 3 + n) % accounts.length];
        const to = accounts[(seed * 5 + n * 3 + 1) % accounts.length];
        if (from === undefined || to === undefined || from === to) continue;
        const amount = 1 + ((seed * 17 + n * 29) % 60);
        try {
          await transact([change(from, -amount, 'balance >= :need'), change(to, amount)]);
          committed += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(TransactionCanceledException);
          cancelled += 1;
        }
      }
    };
    const readTotals = async (): Promise<number[]> => {
      const totals: number[] = [];
      while (running) {
        const { Responses } = await server.documents.send(new TransactGetCommand({ TransactItems: gets }));
        totals.push((Responses ?? []).reduce((total, { Item }) => total + Number(Item?.balance), 0));
      }
      return totals;
    };
    const reading = readTotals();
    await Promise.all([0, 1, 2, 3, 4, 5].map(worker));
    running = false;
    const totals = await reading;
    expect(committed).toBeGreaterThan(0);
    expect(cancelled).toBeGreaterThan(0);
    expect(totals.length).toBeGreaterThan(5);
    expect(new Set(totals)).toEqual(new Set([800]));
  });
});
