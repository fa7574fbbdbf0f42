import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTemporaryFolder, removeFolder, startTestServer, type TestServer } from './test-server.ts';

const TableName = 'things';
const START_SECONDS = 1_800_000_000;
const SWEEP = { ttlSweepMs: 5 };
let folder: string;
let server: TestServer;
let seconds: number;

beforeEach(async () => {
  seconds = START_SECONDS;
  folder = await createTemporaryFolder();
  server = await startTestServer(folder, { ...SWEEP, clock: () => seconds * 1000 });
});

afterEach(async () => {
  await server.close();
  await removeFolder(folder);
});

async function put(sk: string, ttl: unknown): Promise<void> {
  await server.documents.send(
    new PutCommand({
      TableName,
      Item: { pk: 'ttl', sk, ...(ttl === undefined ? {} : { ttl }), ownerPk: 'ttl', ownerSk: sk },
    }),
  );
}

async function listItems(IndexName?: string): Promise<string[]> {
  const result = await server.documents.send(new ScanCommand({ TableName, IndexName }));
  return (result.Items ?? []).map(({ sk }) => sk as string).toSorted();
}

describe('time to live', () => {
  it('deletes an item and its index rows after its second has passed, and not before', async () => {
    await put('soon', START_SECONDS + 10);
    await put('late', START_SECONDS + 1000);
    await put('never', undefined);
    await put('text', String(START_SECONDS + 10));
    await put('ancient', START_SECONDS - 6 * 365 * 86_400);
    seconds += 10;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await listItems()).toContain('soon');
    seconds += 1;
    await vi.waitFor(async () => expect(await listItems()).toEqual(['ancient', 'late', 'never', 'text']));
    expect(await listItems('byOwner')).toEqual(['ancient', 'late', 'never', 'text']);
  });

  it('follows a changed expiry', async () => {
    await put('moved', START_SECONDS + 10);
    await put('other', START_SECONDS + 10);
    await server.documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'ttl', sk: 'moved' },
        UpdateExpression: 'SET #ttl = :later',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':later': START_SECONDS + 100 },
      }),
    );
    seconds += 50;
    await vi.waitFor(async () => expect(await listItems()).toEqual(['moved']));
    seconds += 100;
    await vi.waitFor(async () => expect(await listItems()).toEqual([]));
  });

  it('clears more than one sweep’s worth', async () => {
    await Promise.all(Array.from({ length: 250 }, (_, n) => put(String(n), START_SECONDS + 1)));
    seconds += 5;
    await vi.waitFor(async () => expect(await listItems()).toEqual([]), { timeout: 5000 });
  });

  it('is turned off and on, and then sees the items that were there', async () => {
    const describeTtl = () => server.client.send(new DescribeTimeToLiveCommand({ TableName }));
    const update = (Enabled: boolean, AttributeName: string) =>
      server.client.send(
        new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } }),
      );
    expect((await describeTtl()).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'ttl',
    });
    await expect(update(true, 'ttl')).rejects.toMatchObject({ name: 'ValidationException' });
    await update(false, 'ttl');
    expect((await describeTtl()).TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await put('kept', START_SECONDS + 1);
    seconds += 100;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await listItems()).toEqual(['kept']);
    await update(true, 'ttl');
    await vi.waitFor(async () => expect(await listItems()).toEqual([]));
  });

  it('of a declaration that changed applies to the stored items', async () => {
    await put('stored', START_SECONDS + 1);
    await server.close();
    seconds += 100;
    const table = { name: 'things', partitionKey: 'pk', sortKey: 'sk' };
    const indexes = [
      { name: 'byOwner', partitionKey: 'ownerPk', sortKey: 'ownerSk', projection: 'ALL' as const },
      { name: 'byDue', partitionKey: 'duePk', sortKey: 'dueSk', projection: 'KEYS_ONLY' as const },
    ];
    server = await startTestServer(folder, {
      ...SWEEP,
      clock: () => seconds * 1000,
      tables: [{ ...table, indexes, ttlAttribute: 'expires' }],
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const Key = { pk: 'ttl', sk: 'stored' };
    expect((await server.documents.send(new GetCommand({ TableName, Key }))).Item).toBeDefined();
    await server.close();
    server = await startTestServer(folder, { ...SWEEP, clock: () => seconds * 1000 });
    await vi.waitFor(async () => {
      expect((await server.documents.send(new GetCommand({ TableName, Key }))).Item).toBeUndefined();
    });
    const rows = await server.documents.send(
      new QueryCommand({
        TableName,
        IndexName: 'byOwner',
        KeyConditionExpression: 'ownerPk = :owner',
        ExpressionAttributeValues: { ':owner': 'ttl' },
      }),
    );
    expect(rows.Items).toEqual([]);
  });
});
