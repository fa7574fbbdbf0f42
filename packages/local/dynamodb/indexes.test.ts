import { DeleteCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
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

async function queryOwner(owner: string, extra: object = {}): Promise<Record<string, unknown>[]> {
  const result = await server.documents.send(
    new QueryCommand({
      TableName,
      IndexName: 'byOwner',
      KeyConditionExpression: 'ownerPk = :owner',
      ExpressionAttributeValues: { ':owner': owner },
      ...extra,
    }),
  );
  return result.Items ?? [];
}

describe('global secondary indexes', () => {
  it('hold only items that have both index keys', async () => {
    await put({ pk: 'sparse', sk: '1', ownerPk: 'sparse', ownerSk: '1' });
    await put({ pk: 'sparse', sk: '2', ownerPk: 'sparse' });
    await put({ pk: 'sparse', sk: '3', ownerSk: '3' });
    expect((await queryOwner('sparse')).map(({ sk }) => sk)).toEqual(['1']);
  });

  it('follow an item whose keys come, change and go', async () => {
    const Key = { pk: 'moves', sk: '1' };
    async function update(UpdateExpression: string, values?: object): Promise<void> {
      await server.documents.send(
        new UpdateCommand({ TableName, Key, UpdateExpression, ExpressionAttributeValues: values as never }),
      );
    }
    await update('SET ownerPk = :a, ownerSk = :a', { ':a': 'moves-a' });
    expect(await queryOwner('moves-a')).toHaveLength(1);
    await update('SET ownerPk = :b', { ':b': 'moves-b' });
    expect(await queryOwner('moves-a')).toEqual([]);
    expect(await queryOwner('moves-b')).toHaveLength(1);
    await update('REMOVE ownerSk');
    expect(await queryOwner('moves-b')).toEqual([]);
    await update('SET ownerSk = :c', { ':c': 'c' });
    expect(await queryOwner('moves-b')).toEqual([{ ...Key, ownerPk: 'moves-b', ownerSk: 'c' }]);
    await server.documents.send(new DeleteCommand({ TableName, Key }));
    expect(await queryOwner('moves-b')).toEqual([]);
  });

  it('project all attributes, or the keys of index and table', async () => {
    const item = {
      pk: 'project',
      sk: '1',
      ownerPk: 'project',
      ownerSk: '1',
      duePk: 'project',
      dueSk: '9',
      note: 'x',
    };
    await put(item);
    expect(await queryOwner('project')).toEqual([item]);
    const due = await server.documents.send(
      new QueryCommand({
        TableName,
        IndexName: 'byDue',
        KeyConditionExpression: 'duePk = :due',
        ExpressionAttributeValues: { ':due': 'project' },
      }),
    );
    expect(due.Items).toEqual([{ pk: 'project', sk: '1', duePk: 'project', dueSk: '9' }]);
  });

  it.each([true, false])(
    'page without gap or repeat through equal index keys, forward %s',
    async (forward) => {
      const owner = `page-${forward}`;
      for (let n = 0; n < 12; n++) {
        await put({ pk: owner, sk: String(n), ownerPk: owner, ownerSk: String(Math.floor(n / 6)) });
      }
      const seen: Record<string, unknown>[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await server.documents.send(
          new QueryCommand({
            TableName,
            IndexName: 'byOwner',
            KeyConditionExpression: 'ownerPk = :owner',
            ExpressionAttributeValues: { ':owner': owner },
            ScanIndexForward: forward,
            Limit: 5,
            ExclusiveStartKey,
          }),
        );
        seen.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      expect(new Set(seen.map(({ sk }) => sk)).size).toBe(12);
      expect(seen).toHaveLength(12);
      const order = seen.map(({ ownerSk }) => ownerSk as string);
      expect(order).toEqual(forward ? order.toSorted() : order.toSorted().toReversed());
    },
  );

  it('keep every item of one index key apart', async () => {
    // MD5 of `Outliersapart311` and `Outliersapart1524` begin with the same 24 bits: the engine's own index key.
    await put({ pk: 'apart', sk: '311', ownerPk: 'apart', ownerSk: '1' });
    await put({ pk: 'apart', sk: '1524', ownerPk: 'apart', ownerSk: '1' });
    expect(await queryOwner('apart')).toHaveLength(2);
  });

  it('are scanned like tables', async () => {
    await put({ pk: 'scan', sk: '1', duePk: 'scan', dueSk: '1' });
    const result = await server.documents.send(
      new ScanCommand({
        TableName,
        IndexName: 'byDue',
        FilterExpression: 'duePk = :due',
        ExpressionAttributeValues: { ':due': 'scan' },
      }),
    );
    expect(result.Items).toEqual([{ pk: 'scan', sk: '1', duePk: 'scan', dueSk: '1' }]);
  });

  it.each([
    ['an empty key', ''],
    ['a key of another type', 5],
  ])('refuse %s', async (_name, ownerPk) => {
    await expect(put({ pk: 'refuse', sk: '1', ownerPk, ownerSk: '1' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
