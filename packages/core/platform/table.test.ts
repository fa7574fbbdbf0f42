import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { ConditionFailedError, openTable, type Table } from './table.ts';

let server: Server | undefined;

afterEach(() => void server?.close());

/** A table behind a server that gives prepared answers in order, the last one again and again. */
async function openAgainst(
  answers: readonly { readonly status?: number; readonly body: unknown; readonly resets?: boolean }[],
): Promise<{ table: Table; requests: Record<string, unknown>[] }> {
  const requests: Record<string, unknown>[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push(JSON.parse(Buffer.concat(chunks).toString()));
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer?.resets) return void request.socket.destroy();
    response.writeHead(answer?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer?.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { table: openTable(client, 'loupe'), requests };
}

const row = (sort: string) => ({ id: { S: sort }, pk: { S: 'p' }, sk: { S: '#' }, tenantSk: { S: sort } });
const cancelled = (...codes: string[]) => ({
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  },
});

describe('query', () => {
  it('goes on after a page that DynamoDB ended at 1 MB, short of the limit', async () => {
    const { table } = await openAgainst([
      { body: { Items: [row('a')], LastEvaluatedKey: { pk: { S: 'p' } } } },
    ]);
    expect((await table.query('byTenant', 'list', { limit: 25 })).next).toBe('a');
  });

  it('ends where nothing follows, and asks for one row more to know it', async () => {
    const { table, requests } = await openAgainst([{ body: { Items: [row('a'), row('b')] } }]);
    const page = await table.query('byTenant', 'list', { limit: 2 });
    expect(page.next).toBeUndefined();
    expect(page.items).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(requests[0]?.Limit).toBe(3);
    expect((await table.query('byTenant', 'list', { limit: 1 })).next).toBe('a');
  });
});

describe('transact', () => {
  it('says which conditions did not hold, and does not try again', async () => {
    const { table, requests } = await openAgainst([cancelled('None', 'ConditionalCheckFailed')]);
    const failed = table.transact([]);
    await expect(failed).rejects.toBeInstanceOf(ConditionFailedError);
    await expect(failed).rejects.toMatchObject({ failed: [1] });
    expect(requests).toHaveLength(1);
  });

  it('tries again when it met another transaction', async () => {
    const { table, requests } = await openAgainst([cancelled('TransactionConflict'), { body: {} }]);
    await table.transact([]);
    expect(requests).toHaveLength(2);
  });

  it('repeats an unanswered request with the same token, so that it counts once', async () => {
    const { table, requests } = await openAgainst([{ resets: true, body: null }, { body: {} }]);
    await table.transact([]);
    expect(requests).toHaveLength(2);
    expect(requests[0]?.ClientRequestToken).toMatch(/.{8,}/);
    expect(requests[1]?.ClientRequestToken).toBe(requests[0]?.ClientRequestToken);
  });
});

describe('getMany', () => {
  it('asks again for keys that were left unprocessed', async () => {
    const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '#' } });
    const item = (pk: string) => ({ ...key(pk), id: { S: pk } });
    const { table } = await openAgainst([
      { body: { Responses: { loupe: [item('b')] }, UnprocessedKeys: { loupe: { Keys: [key('a')] } } } },
      { body: { Responses: { loupe: [item('a')] } } },
    ]);
    const keys = ['a', 'missing', 'b'].map((pk) => ({ pk, sk: '#' }));
    expect(await table.getMany(keys)).toEqual([{ id: 'a' }, undefined, { id: 'b' }]);
  });
});
