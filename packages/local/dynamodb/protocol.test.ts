import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListBackupsCommand,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTemporaryFolder, removeFolder, startTestServer, type TestServer } from './test-server.ts';

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';
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

function post(target: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': `DynamoDB_20120810.${target}`,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20260101T000000Z',
      authorization: AUTHORIZATION,
      ...headers,
    },
    body,
  });
}

describe('the protocol', () => {
  it('answers with a request id and the CRC-32 of the body', async () => {
    const response = await post('ListTables', '{}');
    const body = Buffer.from(await response.arrayBuffer());
    expect(JSON.parse(body.toString())).toEqual({ TableNames: ['things'] });
    expect(response.headers.get('x-amz-crc32')).toBe(String(crc32(body)));
    expect(response.headers.get('x-amzn-requestid')).toMatch(/\S{20,}/);
  });

  it.each([
    ['no signature', { authorization: '' }, '{}', 'MissingAuthenticationTokenException'],
    [
      'half a signature',
      { authorization: 'AWS4-HMAC-SHA256 Credential=a' },
      '{}',
      'IncompleteSignatureException',
    ],
    ['a body that is no JSON', {}, '{', 'SerializationException'],
    ['a body that is no object', {}, '[]', 'SerializationException'],
    ['a member of a wrong type', {}, '{"Limit":"x"}', 'SerializationException'],
    ['a member out of range', {}, '{"Limit":0}', 'ValidationException'],
  ])('refuses %s', async (_name, headers, body, type) => {
    const response = await post('ListTables', body, headers);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe(type);
    expect(((await response.json()) as { __type: string }).__type).toMatch(new RegExp(`#${type}$`));
  });

  it('names an operation it does not have', async () => {
    await expect(server.client.send(new ListBackupsCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('no operation "ListBackups"'),
    });
  });

  it('refuses a body of more than 16 MB', async () => {
    expect((await post('ListTables', ' '.repeat(17 * 1024 * 1024))).status).toBe(413);
  });

  it('outlives clients that go away at any point of a request', async () => {
    const body = JSON.stringify({ TableName: 'things', Item: { pk: { S: 'abort' }, sk: { S: '1' } } });
    const head =
      `POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: DynamoDB_20120810.PutItem\r\nx-amz-date: 20260101T000000Z\r\n` +
      `content-type: application/x-amz-json-1.0\r\nauthorization: ${AUTHORIZATION}\r\ncontent-length: ${body.length}\r\n\r\n`;
    const whole = head + body;
    const { port } = new URL(server.endpoint);
    for (let sent = 10; sent <= whole.length; sent += 20) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(whole.slice(0, sent), () => setImmediate(() => socket.resetAndDestroy()));
        });
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
      });
    }
    const TableName = 'things';
    await server.documents.send(new PutCommand({ TableName, Item: { pk: 'alive', sk: '1' } }));
    const { Item } = await server.documents.send(
      new GetCommand({ TableName, Key: { pk: 'alive', sk: '1' } }),
    );
    expect(Item).toBeDefined();
  });
});

describe('tables', () => {
  it('are created, listed in pages, described and deleted with their items', async () => {
    const create = new CreateTableCommand({
      TableName: 'another',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await server.client.send(create);
    await expect(server.client.send(create)).rejects.toMatchObject({ name: 'ResourceInUseException' });
    const first = await server.client.send(new ListTablesCommand({ Limit: 1 }));
    expect(first).toMatchObject({ TableNames: ['another'], LastEvaluatedTableName: 'another' });
    const rest = await server.client.send(new ListTablesCommand({ ExclusiveStartTableName: 'another' }));
    expect(rest.TableNames).toEqual(['things']);
    await server.documents.send(new PutCommand({ TableName: 'another', Item: { id: 1 } }));
    await server.client.send(new DeleteTableCommand({ TableName: 'another' }));
    await expect(
      server.client.send(new DescribeTableCommand({ TableName: 'another' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: another not found',
    });
    await server.client.send(create);
    const gone = await server.documents.send(new GetCommand({ TableName: 'another', Key: { id: 1 } }));
    expect(gone.Item).toBeUndefined();
    await server.client.send(new DeleteTableCommand({ TableName: 'another' }));
  });
});
