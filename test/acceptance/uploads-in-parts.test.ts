import { createHash } from 'node:crypto';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { type Client, createClient, UploadError, upload, uploadInParts } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { loadImage } from '../support/images.ts';
import { makeBitmap } from '../support/make-bitmap.ts';
import { startTestService, type TestService } from '../support/service.ts';

const MEBIBYTE = 2 ** 20;
const PART_BYTES = 8 * MEBIBYTE;

let service: TestService;
let client: Client;

beforeAll(async () => {
  service = await startTestService({ args: ['--sweep-every', '1'] });
  ({ client } = await service.createTenantClient());
}, 60_000);
afterAll(() => service.dispose());

const blobOf = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes], { type: 'image/bmp' });
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Announced {
  readonly sample: { readonly id: string };
  readonly upload: object | null;
  readonly multipartUpload: {
    readonly uploadId: string;
    readonly partBytes: number;
    readonly partCount: number;
  };
}

async function announce(by: Client, file: object): Promise<Announced> {
  const { createSample } = await by.request<{ createSample: Announced }>(
    `mutation ($input: CreateSampleInput!) { createSample(input: $input) {
      sample { id } upload { url } multipartUpload { uploadId partBytes partCount } errors { code path } } }`,
    { input: { file: { name: 'a.bmp', contentType: 'image/bmp', inParts: true, ...file } } },
  );
  return createSample;
}

interface Signed {
  readonly parts:
    | readonly {
        readonly url: string;
        readonly headers: readonly { readonly name: string; readonly value: string }[];
      }[]
    | null;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

async function sign(by: Client, uploadId: string, parts: readonly object[]): Promise<Signed> {
  const { signMultipartUploadParts } = await by.request<{ signMultipartUploadParts: Signed }>(
    `mutation ($input: SignMultipartUploadPartsInput!) { signMultipartUploadParts(input: $input) {
      parts { url headers { name value } } errors { code message } } }`,
    { input: { uploadId, parts } },
  );
  return signMultipartUploadParts;
}

interface Ended {
  readonly multipartUpload: { readonly state: string; readonly uploadedParts: readonly object[] } | null;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

async function end(by: Client, how: 'complete' | 'abort', uploadId: string): Promise<Ended> {
  const type = how === 'complete' ? 'CompleteMultipartUploadInput' : 'AbortMultipartUploadInput';
  const { ended } = await by.request<{ ended: Ended }>(
    `mutation ($input: ${type}!) { ended: ${how}MultipartUpload(input: $input) {
      multipartUpload { state uploadedParts { number } } errors { code message } } }`,
    { input: { uploadId } },
  );
  return ended;
}

async function readSample(by: Client, id: string) {
  const { sample } = await by.request<{
    sample: { state: string; failure: { code: string } | null; original: { url: string } | null };
  }>('query ($id: ID!) { sample(id: $id) { state failure { code } original { url } } }', { id });
  return sample;
}

async function readStorage(by: Client): Promise<number | undefined> {
  const { usage } = await by.request<{ usage: { quotas: { quota: string; used: number }[] } }>(
    '{ usage { quotas { quota used } } }',
  );
  return usage.quotas.find(({ quota }) => quota === 'STORAGE_BYTES')?.used;
}

async function settle(by: Client, id: string) {
  for (let tries = 0; ; tries += 1) {
    const sample = await readSample(by, id);
    if (!['AWAITING_UPLOAD', 'UPLOADED'].includes(sample.state) || tries > 300) return sample;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Sends one part by hand; a broken connection or a 5xx is no answer to the question. */
async function put({ url, headers }: NonNullable<Signed['parts']>[number], body: Uint8Array<ArrayBuffer>) {
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(url, {
      method: 'PUT',
      headers: headers.map(({ name, value }): [string, string] => [name, value]),
      body,
    }).catch(() => undefined);
    const text = (await response?.text().catch(() => '')) ?? '';
    if ((response && response.status < 500) || tries > 8)
      return { status: response?.status, code: /<Code>([^<]*)<\/Code>/.exec(text)?.[1] };
  }
}

describe('a file in parts', () => {
  it('goes on where it was broken off, and arrives whole', async () => {
    const file = makeBitmap(1700);
    const { sample, upload: ticket, multipartUpload } = await announce(client, { bytes: file.length });
    expect(ticket).toBeNull();
    expect(multipartUpload).toMatchObject({ partBytes: PART_BYTES, partCount: 2 });
    const sent: string[] = [];
    const breakAfter =
      (parts: number): typeof fetch =>
      async (url, init) => {
        if (sent.length >= parts) throw new Error('The network is gone.');
        const response = await fetch(url, init);
        if (response.ok) sent.push(new URL(String(url)).searchParams.get('partNumber') ?? '');
        return response;
      };
    const parallel = 1;
    await expect(
      uploadInParts(client, multipartUpload.uploadId, blobOf(file), {
        parallel,
        fetch: breakAfter(1),
        backoffMs: 1,
      }),
    ).rejects.toThrow('The network is gone.');
    expect(sent).toEqual(['1']);
    const progress: number[] = [];
    await uploadInParts(client, multipartUpload.uploadId, blobOf(file), {
      parallel,
      fetch: breakAfter(9),
      onProgress: ({ sentBytes }) => progress.push(sentBytes),
    });
    expect(sent, 'no part was sent twice').toEqual(['1', '2']);
    expect(progress).toEqual([PART_BYTES, file.length]);
    const settled = await settle(client, sample.id);
    expect(settled).toMatchObject({ state: 'READY' });
    const { bytes } = await fetchPatiently(settled.original?.url ?? '');
    expect(digest(bytes)).toBe(digest(file));
  }, 60_000);

  it('may be larger than one piece may be', async () => {
    const file = makeBitmap(4400);
    expect(file.length).toBeGreaterThan(52_428_800);
    const profileId = await createProfile(client, {
      name: 'b',
      className: 'b',
      referenceIds: [await createReadySample(client, await loadImage('deeppcb/00041002_temp.jpg'))],
    });
    const content = blobOf(file);
    const id = await upload(client, { content, name: 'a.bmp', uploadKey: 'large', profileId });
    expect(await upload(client, { content, name: 'a.bmp', uploadKey: 'large', profileId })).toBe(id);
    await expect
      .poll(
        async () => {
          const { inspection } = await client.request<{ inspection: { state: string } }>(
            'query ($id: ID!) { inspection(id: $id) { state } }',
            { id },
          );
          return inspection.state;
        },
        { timeout: 50_000 },
      )
      .toBe('DONE');
  }, 60_000);

  it('is completed once, however often that is asked', async () => {
    const { client: own } = await service.createTenantClient();
    const file = makeBitmap(200);
    const { sample, multipartUpload } = await announce(own, { bytes: file.length });
    const { uploadId } = multipartUpload;
    expect((await end(own, 'complete', uploadId)).errors).toEqual([
      { code: 'UPLOAD_INCOMPLETE', message: 'Parts are missing: 1.' },
    ]);
    const { parts } = await sign(own, uploadId, [{ number: 1, sha256: digest(file) }]);
    if (!parts?.[0]) throw new Error('no part');
    expect(await put(parts[0], file)).toMatchObject({ status: 200 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => end(own, 'complete', uploadId)));
    for (const answer of answers)
      expect(answer).toEqual({ multipartUpload: { state: 'COMPLETED', uploadedParts: [] }, errors: [] });
    expect(await settle(own, sample.id)).toMatchObject({ state: 'READY' });
    expect(await readStorage(own)).toBe(file.length);
    expect((await end(own, 'abort', uploadId)).errors).toMatchObject([{ code: 'UPLOAD_CLOSED' }]);
    expect((await sign(own, uploadId, [{ number: 1, sha256: digest(file) }])).errors).toMatchObject([
      { code: 'UPLOAD_CLOSED' },
    ]);
    expect(await put(parts[0], file), 'a signed part is of no use afterwards').toEqual({
      status: 404,
      code: 'NoSuchUpload',
    });
  }, 60_000);

  it('is refused when it is not the one whose SHA-256 was announced', async () => {
    const content = blobOf(makeBitmap(200));
    const { sample, multipartUpload } = await announce(client, {
      bytes: content.size,
      sha256: digest(makeBitmap(201)),
    });
    await uploadInParts(client, multipartUpload.uploadId, content);
    expect(await settle(client, sample.id)).toMatchObject({
      state: 'REJECTED',
      failure: { code: 'CHECKSUM_MISMATCH' },
    });
  }, 60_000);
});

describe('what a signed part binds', () => {
  it('its content, size and place', async () => {
    const file = makeBitmap(1700);
    const { multipartUpload } = await announce(client, { bytes: file.length });
    const last = file.slice(PART_BYTES);
    const { parts } = await sign(client, multipartUpload.uploadId, [{ number: 2, sha256: digest(last) }]);
    if (!parts?.[0]) throw new Error('no part');
    const [part] = parts;
    const altered = new Uint8Array(last);
    altered[7] = (altered[7] ?? 0) ^ 1;
    expect(await put(part, altered)).toMatchObject({ status: 400, code: 'BadDigest' });
    expect(await put(part, last.slice(1))).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    const moved = { ...part, url: part.url.replace('partNumber=2', 'partNumber=1') };
    expect(await put(moved, last)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    const unsaid = { ...part, headers: [] };
    expect(await put(unsaid, altered)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await put(part, last)).toMatchObject({ status: 200 });
  }, 60_000);

  it.each([
    [[{ number: 0, sha256: 'a'.repeat(64) }], 'INVALID'],
    [[{ number: 3, sha256: 'a'.repeat(64) }], 'INVALID'],
    [[{ number: 1, sha256: 'A'.repeat(64) }], 'INVALID'],
    [[], 'INVALID'],
  ])('%j is not signed', async (parts, code) => {
    const { multipartUpload } = await announce(client, { bytes: PART_BYTES + 1 });
    expect((await sign(client, multipartUpload.uploadId, parts)).errors).toMatchObject([{ code }]);
  });
});

describe('an upload that is given up', () => {
  it('gives its storage back, and its inspection fails', async () => {
    const { client: own } = await service.createTenantClient();
    const reference = await createReadySample(own, await loadImage('deeppcb/00041002_temp.jpg'));
    const profileId = await createProfile(own, { name: 'b', className: 'b', referenceIds: [reference] });
    const before = await readStorage(own);
    const { createInspection } = await own.request<{
      createInspection: { inspection: { id: string }; multipartUpload: { uploadId: string } };
    }>(
      `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
        inspection { id } multipartUpload { uploadId } errors { code } } }`,
      {
        input: {
          profileId,
          source: { file: { name: 'a.mp4', contentType: 'video/mp4', bytes: 300 * MEBIBYTE, inParts: true } },
        },
      },
    );
    const { uploadId } = createInspection.multipartUpload;
    expect(await readStorage(own)).toBe((before ?? 0) + 300 * MEBIBYTE);
    const body = new Uint8Array(PART_BYTES);
    const { parts } = await sign(own, uploadId, [{ number: 1, sha256: digest(body) }]);
    if (!parts?.[0]) throw new Error('no part');
    await put(parts[0], body);
    const [ended] = await Promise.all([end(own, 'abort', uploadId), end(own, 'abort', uploadId)]);
    expect(ended).toMatchObject({ multipartUpload: { state: 'CLOSED' }, errors: [] });
    expect(await readStorage(own)).toBe(before);
    expect(await put(parts[0], body)).toEqual({ status: 404, code: 'NoSuchUpload' });
    await eventually(async () => {
      const { inspection } = await own.request<{ inspection: object }>(
        'query ($id: ID!) { inspection(id: $id) { state failure { code } } }',
        { id: createInspection.inspection.id },
      );
      expect(inspection).toEqual({ state: 'FAILED', failure: { code: 'SAMPLE_EXPIRED' } });
    });
  }, 60_000);

  it('by being forgotten, too', async () => {
    const { client: own } = await service.createTenantClient();
    const { sample, multipartUpload } = await announce(own, { bytes: 300 * MEBIBYTE, expiresInSeconds: 1 });
    const body = new Uint8Array(PART_BYTES);
    const { parts } = await sign(own, multipartUpload.uploadId, [{ number: 1, sha256: digest(body) }]);
    // On a slow machine it may be over before its first part was signed.
    const [part] = parts ?? [];
    if (part) await put(part, body);
    await expect
      .poll(() => readSample(own, sample.id), { timeout: 20_000 })
      .toMatchObject({
        state: 'EXPIRED',
        failure: { code: 'UPLOAD_EXPIRED' },
      });
    expect(await readStorage(own)).toBe(0);
    if (part) await expect.poll(async () => (await put(part, body)).status).toBeGreaterThanOrEqual(403);
  }, 60_000);
});

describe('who may send parts', () => {
  it('a device with an upload token, for what it was told of', async () => {
    const { createUploadToken } = await client.request<{ createUploadToken: { token: string } }>(
      'mutation { createUploadToken(input: {}) { token } }',
    );
    const device = createClient({ url: service.url, apiKey: createUploadToken.token });
    const content = blobOf(makeBitmap(1700));
    const id = await upload(device, { content, name: 'a.bmp', uploadKey: 'of the device' });
    expect(await settle(client, id)).toMatchObject({ state: 'READY' });
    const { sample } = await announce(client, { bytes: PART_BYTES });
    for (const uploadId of [sample.id, `${sample.id}.${'A'.repeat(43)}`])
      expect((await end(device, 'abort', uploadId)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await readSample(client, sample.id)).state).toBe('AWAITING_UPLOAD');
  }, 60_000);

  it('nobody of another tenant', async () => {
    const { client: other } = await service.createTenantClient();
    const { multipartUpload } = await announce(client, { bytes: PART_BYTES });
    const { uploadId } = multipartUpload;
    expect((await end(other, 'abort', uploadId)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    await expect(uploadInParts(other, uploadId, new Blob(['x']))).rejects.toThrow('NOT_FOUND');
  });
});

describe('what can not be announced', () => {
  it.each([
    [{ bytes: 52_428_801, inParts: false }, 'bytes'],
    [{ bytes: 536_870_913 }, 'bytes'],
    [{ bytes: 5, expiresInSeconds: 86_401 }, 'expiresInSeconds'],
  ])('%j', async (file, field) => {
    expect(await announce(client, file)).toMatchObject({
      sample: null,
      errors: [{ code: 'INVALID', path: ['input', 'file', field] }],
    });
  });
});

it('tells the store’s refusal of a part', async () => {
  const content = blobOf(makeBitmap(200));
  const { multipartUpload } = await announce(client, { bytes: content.size });
  const refuse: typeof fetch = async () =>
    new Response('<Error><Code>BadDigest</Code></Error>', { status: 400 });
  await expect(
    uploadInParts(client, multipartUpload.uploadId, content, { fetch: refuse }),
  ).rejects.toBeInstanceOf(UploadError);
});
