/**
 * How many operations a second the local DynamoDB does through the AWS SDK, in a process of its own.
 *
 *     node test/bench/local-dynamodb.ts [--json FILE] [--clients 16] [--seconds 3]
 *
 * Every client has its own connections and sends its next request when the last is answered. Items are of about
 * 1 KB on a table with two global indexes, and are in one of them. CPU milliseconds per operation, the server's and
 * those of all clients together, tell more than throughput does where other work shares the processors.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { openDynamoDb } from '../../packages/local/dynamodb/index.ts';

const TableName = 'bench';
const PADDING = 'x'.repeat(900);
const PARTITIONS = 50;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    clients: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '3' },
    serve: { type: 'string' },
  },
});

if (values.serve === undefined) await measureAll(Number(values.clients), Number(values.seconds));
else await serve(values.serve);

async function serve(dataDir: string): Promise<void> {
  const dynamoDb = await openDynamoDb({
    dataDir,
    tables: [
      {
        name: TableName,
        partitionKey: 'pk',
        sortKey: 'sk',
        indexes: [
          { name: 'byOwner', partitionKey: 'ownerPk', sortKey: 'ownerSk', projection: 'ALL' },
          { name: 'byDue', partitionKey: 'duePk', sortKey: 'dueSk', projection: 'KEYS_ONLY' },
        ],
        ttlAttribute: 'ttl',
      },
    ],
    clock: Date.now,
    region: 'eu-west-1',
  });
  const server = createServer(dynamoDb.handle).listen(0, '127.0.0.1', () => {
    process.send?.((server.address() as AddressInfo).port);
  });
  process.on('message', () => process.send?.(measureCpu()));
}

async function measureAll(clients: number, seconds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'loupe-bench-'));
  const server = fork(import.meta.filename, ['--serve', folder]);
  try {
    const [port] = await once(server, 'message');
    const figures = await measureOperations(server, `http://127.0.0.1:${port}`, clients, seconds);
    if (values.json !== undefined) {
      await writeFile(values.json, `${JSON.stringify({ clients, seconds, operations: figures }, null, 2)}\n`);
    }
  } finally {
    await stop(server);
    await rm(folder, { recursive: true });
  }
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.kill();
  await ended;
}

interface Figures {
  readonly perSecond: number;
  readonly serverCpuMs: number;
  readonly clientCpuMs: number;
}

/** Milliseconds of processor time this process has used. */
function measureCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function askCpu(server: ChildProcess): Promise<number> {
  server.send('cpu');
  const [milliseconds] = await once(server, 'message');
  return milliseconds as number;
}

async function measureOperations(
  server: ChildProcess,
  endpoint: string,
  clients: number,
  seconds: number,
): Promise<Record<string, Figures>> {
  let written = 0;
  const find = (n: number) => ({ pk: `p${n % PARTITIONS}`, sk: String(n).padStart(8, '0') });
  const build = (n: number) => ({ ...find(n), ownerPk: `o${n % 7}`, ownerSk: String(n), text: PADDING });
  const pick = () => Math.floor(Math.random() * written);
  const operations: Record<string, (documents: DynamoDBDocumentClient) => Promise<unknown>> = {
    put: (documents) => documents.send(new PutCommand({ TableName, Item: build(written++) })),
    get: (documents) => documents.send(new GetCommand({ TableName, Key: find(pick()) })),
    update: (documents) =>
      documents.send(
        new UpdateCommand({
          TableName,
          Key: find(pick()),
          UpdateExpression: 'ADD hits :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      ),
    'query an index, 10 items': (documents) =>
      documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'byOwner',
          KeyConditionExpression: 'ownerPk = :o',
          ExpressionAttributeValues: { ':o': `o${pick() % 7}` },
          Limit: 10,
        }),
      ),
    'transaction of 3 puts': (documents) =>
      documents.send(
        new TransactWriteCommand({
          TransactItems: [0, 1, 2].map(() => ({ Put: { TableName, Item: build(written++) } })),
        }),
      ),
  };
  const figures: Record<string, Figures> = {};
  for (const [name, operation] of Object.entries(operations)) {
    await measure(endpoint, clients, 0.5, operation);
    const before = { server: await askCpu(server), client: measureCpu() };
    const { perSecond, done } = await measure(endpoint, clients, seconds, operation);
    const serverCpuMs = ((await askCpu(server)) - before.server) / done;
    const clientCpuMs = (measureCpu() - before.client) / done;
    figures[name] = { perSecond: Math.round(perSecond), serverCpuMs, clientCpuMs };
    const cpu = `CPU ms: server ${serverCpuMs.toFixed(2)}, clients ${clientCpuMs.toFixed(2)}`;
    process.stdout.write(`${name.padEnd(26)} ${perSecond.toFixed(0).padStart(6)} a second; ${cpu}\n`);
  }
  return figures;
}

async function measure(
  endpoint: string,
  clients: number,
  seconds: number,
  operation: (documents: DynamoDBDocumentClient) => Promise<unknown>,
): Promise<{ perSecond: number; done: number }> {
  const started = performance.now();
  const end = started + 1000 * seconds;
  let done = 0;
  async function run(): Promise<void> {
    const client = new DynamoDBClient({
      endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    const documents = DynamoDBDocumentClient.from(client);
    while (performance.now() < end) {
      await operation(documents);
      done += 1;
    }
    client.destroy();
  }
  await Promise.all(Array.from({ length: clients }, run));
  return { perSecond: (1000 * done) / (performance.now() - started), done };
}
