import { type AttributeValue, CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import {
  createTemporaryFolder,
  removeFolder,
  startTestServer,
  type TestServer,
} from '../../../packages/local/dynamodb/test-server.ts';

export type Item = Record<string, AttributeValue>;

export const TableName = 'conformance';

const THROUGHPUT = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };

/** A table with a global index of every projection, and a local one. */
export const createTable = new CreateTableCommand({
  TableName,
  ProvisionedThroughput: THROUGHPUT,
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'group', AttributeType: 'S' },
    { AttributeName: 'rank', AttributeType: 'N' },
    { AttributeName: 'digest', AttributeType: 'B' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    buildIndex('whole', 'rank', { ProjectionType: 'ALL' }),
    buildIndex('keys', 'rank', { ProjectionType: 'KEYS_ONLY' }),
    buildIndex('some', 'digest', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] }),
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'local',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'rank', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
});

function buildIndex(IndexName: string, sortKey: string, Projection: object) {
  return {
    IndexName,
    KeySchema: [
      { AttributeName: 'group', KeyType: 'HASH' as const },
      { AttributeName: sortKey, KeyType: 'RANGE' as const },
    ],
    Projection,
    ProvisionedThroughput: THROUGHPUT,
  };
}

/** The service with the table above, for the tests of the file that calls this. */
export function useService(): {
  readonly client: () => TestServer['client'];
  readonly put: (item: Item) => Promise<unknown>;
} {
  let folder: string;
  let server: TestServer;
  beforeAll(async () => {
    folder = await createTemporaryFolder();
    server = await startTestServer(folder, { tables: [] });
    await server.client.send(createTable);
  });
  afterAll(async () => {
    await server.close();
    await removeFolder(folder);
  });
  return {
    client: () => server.client,
    put: (item) => server.client.send(new PutItemCommand({ TableName, Item: item })),
  };
}

export function refuse(message: string | RegExp): object {
  return { name: 'ValidationException', message };
}
