import {
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { resources } from '@loupe/core/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTemporaryFolder, removeFolder, startTestServer, TEST_TABLE } from './test-server.ts';

let folder: string;

beforeEach(async () => {
  folder = await createTemporaryFolder();
});

afterEach(() => removeFolder(folder));

describe('declared tables', () => {
  it('are there as declared', async () => {
    const server = await startTestServer(folder, { tables: resources.tables });
    for (const declared of resources.tables) {
      const { Table } = await server.client.send(new DescribeTableCommand({ TableName: declared.name }));
      expect(Table).toMatchObject({
        TableStatus: 'ACTIVE',
        TableArn: `arn:aws:dynamodb:eu-west-1:000000000000:table/${declared.name}`,
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        KeySchema: [
          { AttributeName: declared.partitionKey, KeyType: 'HASH' },
          { AttributeName: declared.sortKey, KeyType: 'RANGE' },
        ],
      });
      expect(
        Table?.GlobalSecondaryIndexes?.map(({ IndexName, Projection }) => [IndexName, Projection]),
      ).toEqual(declared.indexes.map(({ name, projection }) => [name, { ProjectionType: projection }]));
    }
    await server.close();
  });

  it('keep their tags when opened again', async () => {
    const ResourceArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/things';
    const Tags = [{ Key: 'stage', Value: 'test' }];
    const first = await startTestServer(folder);
    await first.client.send(new TagResourceCommand({ ResourceArn, Tags }));
    await first.close();
    const second = await startTestServer(folder);
    const listed = await second.client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(listed.Tags).toEqual(Tags);
    await second.close();
  });

  it('keep their items when opened again', async () => {
    const first = await startTestServer(folder);
    const Item = { pk: 'kept', sk: '1' };
    await first.documents.send(new PutCommand({ TableName: 'things', Item }));
    await first.close();
    const second = await startTestServer(folder);
    expect((await second.documents.send(new GetCommand({ TableName: 'things', Key: Item }))).Item).toEqual(
      Item,
    );
    await second.close();
  });

  it('with other keys than the stored ones are an error that says how to go on', async () => {
    await (await startTestServer(folder)).close();
    const changed = { ...TEST_TABLE, sortKey: 'id' };
    const error = await startTestServer(folder, { tables: [changed] }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'LOCAL_TABLE_CHANGED',
      message:
        'The local table "things" was made with other keys: declared as (pk:S, id:S), stored as (pk:S, sk:S). ' +
        'Start once with --reset, which deletes the local data, to make it again.',
    });
    await (await startTestServer(folder)).close();
  });

  it('get the indexes that are declared now, filled from the items that are there', async () => {
    const first = await startTestServer(folder);
    const item = { pk: 'a', sk: '1', ownerPk: 'o', ownerSk: '1', place: 'p', note: 'n' };
    const wrong = { pk: 'a', sk: '2', place: 5 };
    for (const Item of [item, wrong]) {
      await first.documents.send(new PutCommand({ TableName: 'things', Item }));
    }
    await first.close();
    const indexes = [
      { name: 'byOwner', partitionKey: 'ownerPk', sortKey: 'ownerSk', projection: 'KEYS_ONLY' as const },
      { name: 'byPlace', partitionKey: 'place', sortKey: 'note', projection: 'ALL' as const },
    ];
    const second = await startTestServer(folder, { tables: [{ ...TEST_TABLE, indexes }] });
    const scan = (IndexName: string) =>
      second.documents.send(new ScanCommand({ TableName: 'things', IndexName }));
    expect((await scan('byOwner')).Items).toEqual([{ pk: 'a', sk: '1', ownerPk: 'o', ownerSk: '1' }]);
    expect((await scan('byPlace')).Items).toEqual([item]);
    await expect(scan('byDue')).rejects.toMatchObject({ name: 'ValidationException' });
    await second.close();
  });

  it('refuse a folder that is already open', async () => {
    const server = await startTestServer(folder);
    await expect(startTestServer(folder)).rejects.toMatchObject({ code: 'LEVEL_DATABASE_NOT_OPEN' });
    await server.close();
  });
});
