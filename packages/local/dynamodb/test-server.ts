import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TableResource } from '@loupe/core/resources';
import { type DynamoDbOptions, openDynamoDb } from './index.ts';

export const TEST_TABLE: TableResource = {
  name: 'things',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    { name: 'byOwner', partitionKey: 'ownerPk', sortKey: 'ownerSk', projection: 'ALL' },
    { name: 'byDue', partitionKey: 'duePk', sortKey: 'dueSk', projection: 'KEYS_ONLY' },
  ],
  ttlAttribute: 'ttl',
};

export interface TestServer {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  /** Ends the server; the data stays. */
  close(): Promise<void>;
}

export function createTemporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'loupe-dynamodb-'));
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

export function createTestClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

/** A local DynamoDB behind HTTP on a free port of the loopback interface. */
export async function startTestServer(
  dataDir: string,
  options: Partial<DynamoDbOptions> = {},
): Promise<TestServer> {
  const dynamoDb = await openDynamoDb({
    dataDir,
    tables: [TEST_TABLE],
    clock: Date.now,
    region: 'eu-west-1',
    ...options,
  });
  const server = createServer(dynamoDb.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createTestClient(endpoint);
  return {
    endpoint,
    client,
    documents: DynamoDBDocumentClient.from(client),
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dynamoDb.close();
    },
  };
}
