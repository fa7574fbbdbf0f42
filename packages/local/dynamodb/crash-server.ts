import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openDynamoDb } from './index.ts';
import { TEST_TABLE } from './test-server.ts';

/** A process of its own for the crash test: serves the folder it is given and writes its port. */
const dynamoDb = await openDynamoDb({
  dataDir: process.argv[2] ?? '',
  tables: [TEST_TABLE],
  clock: Date.now,
  region: 'eu-west-1',
});
const server = createServer(dynamoDb.handle);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
