import {
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTable, refuse, TableName, useService } from './service.ts';

const { client, put } = useService();
const key = { pk: { S: 'k' }, sk: { S: '1' } };

describe('errors', () => {
  it('a table that is not there is a ResourceNotFoundException of every operation', async () => {
    const absent = { TableName: 'absent' };
    const expected = {
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
      $metadata: { httpStatusCode: 400 },
    };
    await expect(client().send(new GetItemCommand({ ...absent, Key: key }))).rejects.toMatchObject(expected);
    await expect(client().send(new PutItemCommand({ ...absent, Item: key }))).rejects.toMatchObject(expected);
    await expect(
      client().send(
        new QueryCommand({
          ...absent,
          KeyConditionExpression: 'pk = :k',
          ExpressionAttributeValues: { ':k': { S: 'k' } },
        }),
      ),
    ).rejects.toMatchObject(expected);
    await expect(
      client().send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...absent, Item: key } }] })),
    ).rejects.toMatchObject(expected);
    await expect(client().send(new DescribeTableCommand(absent))).rejects.toMatchObject({
      ...expected,
      message: 'Requested resource not found: Table: absent not found',
    });
  });

  it('a table that is there is a ResourceInUseException', async () => {
    await expect(client().send(createTable)).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: `Table already exists: ${TableName}`,
    });
  });

  it('a key has to be the table’s', async () => {
    for (const Key of [
      { pk: { S: 'k' } },
      { ...key, other: { S: 'x' } },
      { pk: { N: '1' }, sk: { S: '1' } },
    ]) {
      await expect(client().send(new DeleteItemCommand({ TableName, Key }))).rejects.toMatchObject(
        refuse('The provided key element does not match the schema'),
      );
    }
    await expect(put({ pk: { S: 'k' } })).rejects.toMatchObject(
      refuse('One or more parameter values were invalid: Missing the key sk in the item'),
    );
    await expect(put({ ...key, sk: { N: '1' } })).rejects.toMatchObject(
      refuse('One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N'),
    );
    await expect(put({ ...key, rank: { S: '1' } })).rejects.toMatchObject(
      refuse(
        'One or more parameter values were invalid: Type mismatch for Index Key rank Expected: N Actual: S IndexName: whole',
      ),
    );
  });

  it('a put returns the old item or nothing', async () => {
    const replace = (ReturnValues: 'ALL_OLD' | 'ALL_NEW') =>
      client().send(new PutItemCommand({ TableName, Item: { ...key, n: { N: '2' } }, ReturnValues }));
    await put({ ...key, n: { N: '1' } });
    expect((await replace('ALL_OLD')).Attributes).toEqual({ ...key, n: { N: '1' } });
    await expect(replace('ALL_NEW')).rejects.toMatchObject(
      refuse('ReturnValues can only be ALL_OLD or NONE'),
    );
  });
});

it('ItemCollectionMetrics are of tables with local indexes, and asked for', async () => {
  const send = (ReturnItemCollectionMetrics: 'SIZE' | 'NONE') =>
    client().send(new PutItemCommand({ TableName, Item: key, ReturnItemCollectionMetrics }));
  expect((await send('SIZE')).ItemCollectionMetrics).toEqual({
    ItemCollectionKey: { pk: { S: 'k' } },
    SizeEstimateRangeGB: [0, 1],
  });
  expect((await send('NONE')).ItemCollectionMetrics).toBeUndefined();
});

describe('UpdateTable', () => {
  const ProvisionedThroughput = { ReadCapacityUnits: 2, WriteCapacityUnits: 2 };
  const byColour: NonNullable<UpdateTableCommandInput['GlobalSecondaryIndexUpdates']>[number] = {
    Create: {
      IndexName: 'byColour',
      KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
      ProvisionedThroughput,
    },
  };
  const AttributeDefinitions = [{ AttributeName: 'colour', AttributeType: 'S' as const }];

  function update(change: Partial<UpdateTableCommandInput>) {
    return client().send(new UpdateTableCommand({ TableName, ...change }));
  }

  function queryColour(colour: string) {
    return client().send(
      new QueryCommand({
        TableName,
        IndexName: 'byColour',
        KeyConditionExpression: 'colour = :c',
        ExpressionAttributeValues: { ':c': { S: colour } },
      }),
    );
  }

  beforeAll(async () => {
    await put({ pk: { S: 'colour' }, sk: { S: '1' }, colour: { S: 'red' } });
    await put({ pk: { S: 'colour' }, sk: { S: '2' }, colour: { N: '5' } });
    await put({ pk: { S: 'colour' }, sk: { S: '3' } });
  });

  it('adds a global index, filled with the items whose keys have its types', async () => {
    await update({ AttributeDefinitions, GlobalSecondaryIndexUpdates: [byColour] });
    expect((await queryColour('red')).Items).toEqual([
      { pk: { S: 'colour' }, sk: { S: '1' }, colour: { S: 'red' } },
    ]);
    await put({ pk: { S: 'colour' }, sk: { S: '3' }, colour: { S: 'blue' } });
    expect((await queryColour('blue')).Count).toBe(1);
    await client().send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'colour' }, sk: { S: '2' } } }));
    await expect(
      update({ AttributeDefinitions, GlobalSecondaryIndexUpdates: [byColour] }),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('removes it, and nothing of it is left when it is added again', async () => {
    const remove = { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byColour' } }] };
    await update(remove);
    await expect(queryColour('red')).rejects.toMatchObject({ name: 'ValidationException' });
    const { Table } = await client().send(new DescribeTableCommand({ TableName }));
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).not.toContain('byColour');
    expect(Table?.AttributeDefinitions?.map(({ AttributeName }) => AttributeName)).not.toContain('colour');
    await expect(update(remove)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await client().send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'colour' }, sk: { S: '1' } } }));
    await update({ AttributeDefinitions, GlobalSecondaryIndexUpdates: [byColour] });
    expect((await queryColour('red')).Count).toBe(0);
    expect((await queryColour('blue')).Count).toBe(1);
  });

  it('does one index at a time', async () => {
    const { Create } = byColour;
    const updates = ['one', 'two'].map((name) => ({ Create: { ...Create, IndexName: `index-${name}` } }));
    await expect(
      update({ AttributeDefinitions, GlobalSecondaryIndexUpdates: updates as never }),
    ).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('changes throughput, and refuses what it is already', async () => {
    await update({ ProvisionedThroughput });
    const { Table } = await client().send(new DescribeTableCommand({ TableName }));
    expect(Table?.ProvisionedThroughput).toMatchObject(ProvisionedThroughput);
    await expect(update({ ProvisionedThroughput })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('The provisioned throughput for the table will not change.'),
    });
  });

  it('changes to on demand, keeping data and indexes', async () => {
    await update({ BillingMode: 'PAY_PER_REQUEST' });
    const { Table } = await client().send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    });
    expect((await queryColour('blue')).Count).toBe(1);
  });
});
