import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderError } from '../damage.ts';
import { BUCKET, startServer, type TestServer } from './testing/server.ts';

const Key = 'kept/original';
const RECOVERY = 'npm start -- --reset';

let server: TestServer;
let file: (name: string) => string;
beforeEach(async () => {
  server = await startServer();
  file = (name) => join(server.dataDir, name);
  await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.alloc(1000, 1) }));
});
afterEach(() => rmSync(server.dataDir, { recursive: true, force: true }));

async function open(): Promise<Error> {
  const error = await startServer({ dataDir: server.dataDir }).catch((thrown: unknown) => thrown);
  if (!(error instanceof DataFolderError)) throw new Error('The folder was opened.');
  return error;
}

describe('opening a folder', () => {
  beforeEach(() => server.stop({ keepData: true }));

  it.each([
    ['is no database', () => writeFileSync(file('s3.db'), 'x'.repeat(8192))],
    [
      'lost its middle',
      () => {
        truncateSync(file('s3.db'), 8192);
        rmSync(file('s3.db-wal'), { force: true });
      },
    ],
    [
      'was written by another version',
      () => {
        const database = new DatabaseSync(file('s3.db'));
        database.exec('PRAGMA user_version = 999');
        database.close();
      },
    ],
  ])('names s3.db and the way out when it %s', async (_name, damage) => {
    damage();
    const { message } = await open();
    expect(message).toContain(file('s3.db'));
    expect(message).toContain(RECOVERY);
  });

  it('names the missing blob, its object and the way out', async () => {
    const [blob = ''] = readdirSync(file('blobs'));
    rmSync(join(file('blobs'), blob));
    const { message } = await open();
    for (const part of [blob, Key, RECOVERY]) expect(message).toContain(part);
  });
});

it('an object whose blob shrank is answered 500, and the log says which file it is', async () => {
  const [blob = ''] = readdirSync(file('blobs'));
  truncateSync(join(file('blobs'), blob), 10);
  const get = server.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  await expect(get).rejects.toMatchObject({ name: 'InternalError' });
  expect(server.log).toHaveLength(1);
  for (const part of [blob, Key, RECOVERY]) expect(server.log[0]).toContain(part);
  await server.stop();
});
