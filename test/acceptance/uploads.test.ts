import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';
import type { FileToSend } from '@loupe/cli/operations';
import { type Client, UploadError, type UploadTicket, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: Client;

beforeAll(async () => {
  service = await startTestService();
  ({ client } = await service.createTenantClient());
}, 120_000);
afterAll(() => service.dispose());

interface Created {
  readonly sample: { readonly id: string } | null;
  readonly upload: (UploadTicket & { readonly maxBytes: number }) | null;
  readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[];
}

async function announce(file: Partial<FileToSend> & { sha256?: string; size?: number }): Promise<Created> {
  const input = {
    file: {
      name: file.name ?? 'a.jpg',
      bytes: file.size ?? file.bytes?.length ?? 1,
      contentType: file.contentType ?? 'image/jpeg',
      sha256: file.sha256,
    },
  };
  const { createSample } = await client.request<{ createSample: Created }>(
    `mutation ($input: CreateSampleInput!) { createSample(input: $input) {
      sample { id } upload { method url maxBytes fields { name value } } errors { code path } } }`,
    { input },
  );
  return createSample;
}

async function settle(id: string) {
  for (;;) {
    const { sample } = await client.request<{
      sample: {
        state: string;
        pollAfterMs: number | null;
        failure: { code: string; message: string } | null;
      };
    }>('query ($id: ID!) { sample(id: $id) { state pollAfterMs failure { code message } } }', { id });
    if (sample.pollAfterMs === null) return sample;
    await sleep(100);
  }
}

async function send(file: FileToSend, sha256?: string) {
  const { sample, upload } = await announce({ ...file, ...(sha256 && { sha256 }) });
  if (!sample || !upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  return settle(sample.id);
}

describe('what an upload ticket binds', () => {
  it('the size: a byte more or less is refused by the object store', async () => {
    const { bytes } = await loadImage('deeppcb/00041002_temp.jpg');
    const { upload } = await announce({ bytes });
    if (!upload) throw new Error('no ticket');
    expect(upload.maxBytes).toBe(bytes.length);
    const longer = new Uint8Array([...bytes, 0]);
    await expect(uploadFile(upload, longer)).rejects.toMatchObject({ code: 'EntityTooLarge', status: 400 });
    await expect(uploadFile(upload, bytes.slice(1))).rejects.toMatchObject({
      code: 'EntityTooSmall',
      status: 400,
    });
  });

  it('the content, when a SHA-256 was given', async () => {
    const file = await loadImage('deeppcb/00041002_temp.jpg');
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    expect((await send(file, sha256)).state).toBe('READY');
    const altered = new Uint8Array(file.bytes);
    altered[1000] = (altered[1000] ?? 0) ^ 1;
    await expect(send({ ...file, bytes: altered }, sha256)).rejects.toBeInstanceOf(UploadError);
  });

  it('the key and the type: an altered field is refused', async () => {
    const { bytes } = await loadImage('deeppcb/00041002_temp.jpg');
    const { upload } = await announce({ bytes });
    if (!upload) throw new Error('no ticket');
    for (const altered of ['key', 'Content-Type']) {
      const fields = upload.fields.map(({ name, value }) => ({
        name,
        value: name === altered ? `${value}x` : value,
      }));
      await expect(uploadFile({ ...upload, fields }, bytes)).rejects.toMatchObject({
        code: 'AccessDenied',
        status: 403,
      });
    }
  });
});

describe('a file that can not be used is REJECTED with a code and a sentence', () => {
  it.each([
    ['text that says it is a JPEG', new TextEncoder().encode('this is no picture at all'), 'image/jpeg'],
    ['an SVG', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'],
    ['one zero byte', new Uint8Array(1), 'application/octet-stream'],
  ])('%s', async (_name, bytes, contentType) => {
    const sample = await send({ name: 'x', contentType, bytes: new Uint8Array(bytes) });
    expect(sample.state).toBe('REJECTED');
    expect(sample.failure?.code).toMatch(/^[A-Z_]+$/);
    expect(sample.failure?.message).toMatch(/\.$/);
  });

  it('a truncated JPEG, and the workers live on', async () => {
    const file = await loadImage('cookie/normal/normal-1.jpg');
    const truncated = { ...file, bytes: file.bytes.slice(0, file.bytes.length / 2) };
    expect((await send(truncated)).state).toBe('REJECTED');
    expect((await send(file)).state).toBe('READY');
  });

  it('a PNG bomb of 30,000 × 30,000 pixels', async () => {
    const bomb = await send({ name: 'b.png', contentType: 'image/png', bytes: beginPng(30_000, 30_000) });
    expect(bomb).toMatchObject({ state: 'REJECTED', failure: { code: 'TOO_MANY_PIXELS' } });
  });

  it('content of another type than was declared', async () => {
    const { bytes } = await loadImage('deeppcb/00041002_temp.jpg');
    const sample = await send({ name: 'x.png', contentType: 'image/png', bytes });
    expect(sample).toMatchObject({ state: 'REJECTED', failure: { code: 'TYPE_MISMATCH' } });
  });
});

describe('what can not be announced', () => {
  it.each([
    [{ size: 0 }, 'bytes'],
    [{ size: 52_428_801 }, 'bytes'],
    [{ name: '' }, 'name'],
    [{ contentType: 'picture' }, 'contentType'],
    [{ sha256: 'abc' }, 'sha256'],
  ])('%j', async (file, field) => {
    const { errors, sample } = await announce(file);
    expect(sample).toBeNull();
    expect(errors).toMatchObject([{ code: 'INVALID', path: ['input', 'file', field] }]);
  });
});

/** A black 1-bit PNG that begins rightly and breaks off: its header alone must refuse it. */
function beginPng(width: number, height: number): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const data = deflateSync(Buffer.alloc(100_000));
  return new Uint8Array(Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', data)]));
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
