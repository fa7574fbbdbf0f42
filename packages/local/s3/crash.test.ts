import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFirstOutput, startChild } from '../testing/start-child.ts';
import { BUCKET, CREDENTIALS, REGION, startServer, type TestServer, waitUntil } from './testing/server.ts';

const ROUNDS = 4;
const WRITERS = 6;
const PROGRAM = fileURLToPath(new URL('./testing/crashing-server.ts', import.meta.url));

let dataDir: string;
let eventsFile: string;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'loupe-s3-crash-'));
  dataDir = join(folder, 'data');
  eventsFile = join(folder, 'events');
});
afterAll(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));

/** Writes objects until the server is gone; those it acknowledged are added to `acknowledged`. */
async function writeUntilKilled(
  client: S3Client,
  writer: string,
  acknowledged: Map<string, Buffer>,
): Promise<void> {
  for (let count = 0; ; count += 1) {
    const Key = `uploads/${writer}/${count % 5}-${count}/original`;
    const Body = randomBytes(1 + ((count * 7919) % 60_000));
    try {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    } catch {
      return;
    }
    acknowledged.set(Key, Body);
  }
}

function readEventKeys(): Set<string> {
  const lines = existsSync(eventsFile) ? readFileSync(eventsFile, 'utf8').split('\n').filter(Boolean) : [];
  return new Set(lines.map((line) => JSON.parse(line).Records[0].s3.object.key as string));
}

async function listKeys(server: TestServer): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await server.client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, ...(ContinuationToken && { ContinuationToken }) }),
    );
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return keys;
}

it('kill -9 loses no acknowledged object and no event, and leaves no orphan', {
  timeout: 60_000,
}, async () => {
  const acknowledged = new Map<string, Buffer>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = startChild(PROGRAM, dataDir, eventsFile);
    const endpoint = await readFirstOutput(child);
    const client = new S3Client({
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: `open/${round}` }),
    );
    await client.send(
      new UploadPartCommand({
        Bucket: BUCKET,
        Key: `open/${round}`,
        UploadId,
        PartNumber: 1,
        Body: randomBytes(10),
      }),
    );
    const writers = Array.from({ length: WRITERS }, (_, index) =>
      writeUntilKilled(client, `${round}-${index}`, acknowledged),
    );
    setTimeout(() => child.kill('SIGKILL'), 400 + round * 37);
    await Promise.all(writers);
    client.destroy();
  }
  expect(acknowledged.size).toBeGreaterThan(20);

  const published: string[] = [];
  const server = await startServer({ dataDir, publish: (_queue, body) => void published.push(body) });
  try {
    expect(server.listFiles('tmp')).toEqual([]);
    const keys = await listKeys(server);
    const blobs = keys.length + ROUNDS;
    expect(server.listFiles('blobs')).toHaveLength(blobs);
    expect([...acknowledged.keys()].filter((key) => !keys.includes(key))).toEqual([]);
    for (const [Key, body] of acknowledged) {
      const { Body } = await server.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      if (!bytes.equals(body)) throw new Error(`${Key} has other bytes than those acknowledged.`);
    }
    const earlier = readEventKeys();
    const keysOfEvents = () =>
      new Set([...earlier, ...published.map((body) => JSON.parse(body).Records[0].s3.object.key as string)]);
    await waitUntil(() => keysOfEvents().size === keys.length);
    expect([...keysOfEvents()].sort()).toEqual([...keys].sort());
  } finally {
    await server.stop({ keepData: true });
  }
});
