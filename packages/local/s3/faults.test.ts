import { randomBytes } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { type FaultName, type Faults, NO_FAULTS } from '../faults.ts';
import { BUCKET, readErrorCode, startServer, type TestServer, waitUntil } from './testing/server.ts';
import { presign, signPolicy } from './testing/signing.ts';

const Bucket = BUCKET;
const Key = 'key';
const body = randomBytes(300_000);

let server: TestServer | undefined;
afterEach(() => server?.stop());

/** A fault that happens the first `times` times, half of it each time. */
async function startWith(fault: FaultName, times: number, draw = 0.5) {
  let left = 0;
  const faults: Faults = {
    ...NO_FAULTS,
    draw: () => draw,
    happens: (name) => {
      if (name !== fault || left === 0) return false;
      left -= 1;
      return true;
    },
  };
  const started = await startServer({ faults });
  server = started;
  await started.client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
  left = times;
  return { started, retrying: started.connect({ maxAttempts: 3 }) };
}

describe.each([
  ['s3.slow-down', 503, 'SlowDown'],
  ['s3.internal-error', 500, 'InternalError'],
] as const)('%s', (fault, status, code) => {
  it('is the error of that name, which changes nothing', async () => {
    const { started } = await startWith(fault, 1, 0.1);
    const put = started.client.send(new PutObjectCommand({ Bucket, Key: 'other', Body: body }));
    await expect(put).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: status } });
    expect(started.listFiles('blobs')).toHaveLength(1);
    expect(started.log).toEqual([]);
  });

  it('is tried again by the SDK', async () => {
    const { retrying } = await startWith(fault, 2, 0.1);
    const { $metadata } = await retrying.send(new HeadObjectCommand({ Bucket, Key }));
    expect($metadata.attempts).toBe(3);
  });
});

it('s3.internal-error also comes after the work is done', async () => {
  const { started } = await startWith('s3.internal-error', 1, 0.5);
  const put = started.client.send(new PutObjectCommand({ Bucket, Key: 'other', Body: body }));
  await expect(put).rejects.toMatchObject({ name: 'InternalError' });
  const { ContentLength } = await started.client.send(new HeadObjectCommand({ Bucket, Key: 'other' }));
  expect(ContentLength).toBe(body.length);
});

it('s3.slow-body sends every byte, late', async () => {
  const { started } = await startWith('s3.slow-body', 1, 0.2);
  const before = performance.now();
  const { Body } = await started.client.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  // A fifth of the two seconds it may take at most, less what timers are early.
  expect(performance.now() - before).toBeGreaterThan(350);
});

describe('s3.reset', () => {
  it('breaks off an object while it is sent', async () => {
    const { started } = await startWith('s3.reset', 1);
    const read = async () => {
      const { Body } = await started.client.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToByteArray();
    };
    await expect(read()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(Buffer.from((await read()) ?? []).equals(body)).toBe(true);
  });

  it('breaks off an upload, of which nothing stays, and which the SDK tries again', async () => {
    const { started, retrying } = await startWith('s3.reset', 2);
    const put = (client = started.client) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'other', Body: body }));
    await expect(put()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    await waitUntil(() => started.listFiles('tmp').length === 0);
    expect(started.listFiles('blobs')).toHaveLength(1);
    expect((await put(retrying)).$metadata.attempts).toBe(2);
    expect(started.log).toEqual([]);
  });

  it('breaks off a form, of which nothing stays', async () => {
    const { started } = await startWith('s3.reset', 1);
    const form = () => {
      const data = new FormData();
      const fields = { key: 'form', ...signPolicy({ conditions: [{ key: 'form' }] }) };
      for (const [name, value] of Object.entries(fields)) data.append(name, value);
      data.append('file', new Blob([new Uint8Array(body)]));
      return fetch(`${started.endpoint}/${BUCKET}`, { method: 'POST', body: data });
    };
    await expect(form()).rejects.toThrow('fetch failed');
    await waitUntil(() => started.listFiles('tmp').length === 0);
    const url = await presign(started.endpoint, { method: 'GET', key: 'form' });
    expect(await readErrorCode(await fetch(url))).toBe('404 NoSuchKey');
    expect((await form()).status).toBe(204);
  });
});
