import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3 } from './index.ts';
import {
  BUCKET,
  BUCKETS,
  CREDENTIALS,
  REGION,
  readErrorCode,
  startServer,
  type TestServer,
  waitUntil,
} from './testing/server.ts';
import { presign, signHeaders } from './testing/signing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function startPut(key: string, length: number): Promise<ClientRequest> {
  const url = await presign(server.endpoint, { method: 'PUT', key });
  const put = request(url, { method: 'PUT', headers: { 'content-length': length } });
  put.on('error', () => undefined);
  put.write(Buffer.alloc(100_000, 1));
  await waitUntil(() => server.listFiles('tmp').length === 1);
  return put;
}

const exists = (Key: string) =>
  server.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key })).then(
    () => true,
    () => false,
  );

describe('the server', () => {
  it('keeps nothing of a PUT whose client goes away', async () => {
    (await startPut('aborted', 1_000_000)).destroy();
    await waitUntil(() => server.listFiles('tmp').length === 0);
    expect(await exists('aborted')).toBe(false);
  });

  it('shows the old object until a new one is whole', async () => {
    const Key = 'replaced';
    await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from('old') }));
    const put = await startPut(Key, 200_000);
    const { Body } = await server.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    expect(await Body?.transformToString()).toBe('old');
    put.end(Buffer.alloc(100_000, 1));
    await waitUntil(() => server.listFiles('tmp').length === 0);
    await waitUntil(() => server.listFiles('blobs').length === 1);
    const head = await server.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    expect(head.ContentLength).toBe(200_000);
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  });

  it('finishes a download whose object is deleted meanwhile, then deletes its blobs', async () => {
    const Key = 'deleted while read';
    // Two blobs, so that the second is not yet open when the object goes.
    const parts = [randomBytes(16_000_000), randomBytes(1000)];
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const Parts: CompletedPart[] = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      Parts.push({
        ...(await server.client.send(
          new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber, Body }),
        )),
        PartNumber,
      });
    }
    await server.client.send(
      new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId, MultipartUpload: { Parts } }),
    );
    const response = await fetch(await presign(server.endpoint, { method: 'GET', key: Key }));
    const reader = response.body?.getReader();
    const first = await reader?.read();
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    expect(server.listFiles('blobs')).toHaveLength(2);
    const pieces = [Buffer.from(first?.value ?? [])];
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      pieces.push(Buffer.from(next.value));
    }
    expect(Buffer.concat(pieces).equals(Buffer.concat(parts))).toBe(true);
    await waitUntil(() => server.listFiles('blobs').length === 0);
  });

  it('lets go of the blob of a download its client gives up', async () => {
    const Key = 'given up';
    await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.alloc(8_000_000) }));
    const abort = new AbortController();
    const url = await presign(server.endpoint, { method: 'GET', key: Key });
    await fetch(url, { signal: abort.signal });
    abort.abort();
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    await waitUntil(() => server.listFiles('blobs').length === 0);
  });

  it('reads a refused body to its end, so the client gets the answer and not a reset', async () => {
    const body = new Uint8Array(20_000_000);
    const url = await presign(server.endpoint, { method: 'PUT', key: 'refused' });
    const response = await fetch(url.replace('/refused', '/other'), { method: 'PUT', body });
    expect(await readErrorCode(response)).toBe('403 SignatureDoesNotMatch');
  });

  it('refuses a size above 5 GB before reading it, and a length it does not know', async () => {
    const headers = await signHeaders(server.endpoint, {
      method: 'PUT',
      key: 'huge',
      headers: {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '5368709121',
      },
    });
    const url = `${server.endpoint}/${BUCKET}/huge`;
    const response = await fetch(url, { method: 'PUT', headers, body: '0\r\n\r\n' });
    expect(await readErrorCode(response)).toBe('400 EntityTooLarge');
    const signed = await signHeaders(server.endpoint, {
      method: 'PUT',
      key: 'huge',
      headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
    });
    expect(await readErrorCode(await fetch(url, { method: 'PUT', headers: signed, body: 'a' }))).toBe(
      '501 NotImplemented',
    );
  });

  it('answers a path it cannot decode and a method it does not know', async () => {
    expect(await readErrorCode(await fetch(`${server.endpoint}/${BUCKET}/%ff`))).toBe('400 InvalidURI');
    const url = await presign(server.endpoint, { method: 'PATCH', key: 'a' });
    expect(await readErrorCode(await fetch(url, { method: 'PATCH' }))).toBe('405 MethodNotAllowed');
  });

  it('deletes what a crash left behind when its folder is opened', async () => {
    const other = await startServer();
    await other.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'kept', Body: Buffer.from('kept') }));
    await other.stop({ keepData: true });
    writeFileSync(join(other.dataDir, 'blobs', 'orphan'), 'written, never committed');
    writeFileSync(join(other.dataDir, 'tmp', 'draft'), 'half');
    const reopened = await startServer({ dataDir: other.dataDir });
    expect(reopened.listFiles('tmp')).toEqual([]);
    expect(reopened.listFiles('blobs')).toHaveLength(1);
    const { Body } = await reopened.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'kept' }));
    expect(await Body?.transformToString()).toBe('kept');
    await reopened.stop();
  });

  it('holds its folder alone', async () => {
    const { dataDir } = server;
    const options = {
      dataDir,
      region: REGION,
      credentials: CREDENTIALS,
      buckets: BUCKETS,
      clock: Date.now,
      publish: () => undefined,
    };
    await expect(openS3(options)).rejects.toThrow(/locked/);
  });
});
