import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  DynamoDBDocumentClient,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFirstOutput, startChild } from '../testing/start-child.ts';
import { createTemporaryFolder, createTestClient, removeFolder, startTestServer } from './test-server.ts';

const TableName = 'things';
const ROUNDS = 4;
const WRITERS = 8;
const ROUND_MS = 250;
const PAIRS_PER_ROUND = 10;
let folder: string;

beforeAll(async () => {
  folder = await createTemporaryFolder();
});

afterAll(() => removeFolder(folder));

/** Writes acknowledged so far: increments per counter, and pairs put by transactions. */
interface Acknowledged {
  readonly hits: Map<string, number>;
  readonly pairs: Set<string>;
}

/** Writes until the server is killed. */
async function hammer(
  documents: DynamoDBDocumentClient,
  name: string,
  acknowledged: Acknowledged,
  isKilled: () => boolean,
): Promise<void> {
  for (let n = 0; ; n++) {
    const sk = `${name}-${n % 5}`;
    try {
      await documents.send(
        new UpdateCommand({
          TableName,
          Key: { pk: 'counter', sk },
          UpdateExpression: 'ADD hits :one SET ownerPk = :owner, ownerSk = :n, duePk = :owner, dueSk = :n',
          ExpressionAttributeValues: { ':one': 1, ':owner': `owner-${n % 3}`, ':n': String(n) },
        }),
      );
      acknowledged.hits.set(sk, (acknowledged.hits.get(sk) ?? 0) + 1);
      const pair = `${name}-${n}`;
      const halves = ['left', 'right'].map((pk) => ({
        Put: { TableName, Item: { pk, sk: pair, ownerPk: 'pairs', ownerSk: pair } },
      }));
      await documents.send(new TransactWriteCommand({ TransactItems: halves }));
      acknowledged.pairs.add(pair);
    } catch (error) {
      if (isKilled()) return;
      throw error;
    }
  }
}

async function scan(
  documents: DynamoDBDocumentClient,
  IndexName?: string,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(new ScanCommand({ TableName, IndexName, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

function sortRows(rows: Record<string, unknown>[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).toSorted())).toSorted();
}

function pick(row: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

it('after kill -9 no acknowledged write is lost, no transaction is halved and the indexes equal the table', async () => {
  const acknowledged: Acknowledged = { hits: new Map(), pairs: new Set() };
  for (let round = 0; round < ROUNDS; round++) {
    const child = startChild(join(import.meta.dirname, 'crash-server.ts'), folder);
    const endpoint = `http://127.0.0.1:${await readFirstOutput(child)}`;
    const client = createTestClient(endpoint);
    const documents = DynamoDBDocumentClient.from(client);
    const writers = Array.from({ length: WRITERS }, (_, n) =>
      hammer(documents, `${round}-${n}`, acknowledged, () => child.killed),
    );
    // A writer ends before the kill only with an error.
    const written = Promise.all(writers);
    do await Promise.race([setTimeout(ROUND_MS), written]);
    while (acknowledged.pairs.size <= PAIRS_PER_ROUND * (round + 1));
    child.kill('SIGKILL');
    await once(child, 'exit');
    await written;
    client.destroy();

    const server = await startTestServer(folder);
    const table = await scan(server.documents);
    const byOwner = await scan(server.documents, 'byOwner');
    const byDue = await scan(server.documents, 'byDue');
    await server.close();

    const counters = new Map(table.map(({ sk, hits }) => [sk, hits]));
    for (const [sk, hits] of acknowledged.hits) {
      // One increment per counter may have been done without its answer having arrived.
      expect([hits, hits + 1]).toContain(counters.get(sk));
    }
    const left = table.filter(({ pk }) => pk === 'left').map(({ sk }) => sk);
    const right = table.filter(({ pk }) => pk === 'right').map(({ sk }) => sk);
    expect(left).toEqual(right);
    const pairs = new Set(left);
    expect([...acknowledged.pairs].filter((pair) => !pairs.has(pair))).toEqual([]);
    expect(sortRows(byOwner)).toEqual(sortRows(table));
    const due = table.filter(({ duePk }) => duePk !== undefined);
    expect(sortRows(byDue)).toEqual(sortRows(due.map((row) => pick(row, ['pk', 'sk', 'duePk', 'dueSk']))));
  }
}, 60_000);
