import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type ChecksumAlgorithm,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, REGION, startServer, type TestServer } from '../../../packages/local/s3/testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function put(key: string, body: string | Uint8Array, more: Record<string, unknown> = {}) {
  return server.client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: Buffer.from(body), ...more }),
  );
}

async function get(key: string, more: Record<string, unknown> = {}) {
  const answer = await server.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key, ...more }));
  return { answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`;
    throw error;
  }
  return 'none';
}

describe('objects', () => {
  it('come back byte for byte, with type, headers, metadata, MD5 ETag and request ids', async () => {
    const body = randomBytes(300_000);
    const { ETag } = await put('round/trip', body, {
      ContentType: 'image/png',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.png"',
      Metadata: { camera: 'line 4', Station: 'B' },
    });
    expect(ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    const { answer, bytes } = await get('round/trip');
    expect(bytes.equals(body)).toBe(true);
    expect(answer).toMatchObject({
      ETag,
      ContentType: 'image/png',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.png"',
      ContentLength: 300_000,
      AcceptRanges: 'bytes',
      Metadata: { camera: 'line 4', station: 'B' },
    });
    expect(answer.$metadata.requestId).toMatch(/^[0-9A-F]{16}$/);
    expect(answer.$metadata.extendedRequestId).toBeTruthy();
  });

  it('may be empty and have the default type', async () => {
    await server
      .connect({ requestChecksumCalculation: 'WHEN_REQUIRED' })
      .send(new PutObjectCommand({ Bucket: BUCKET, Key: 'empty', Body: Buffer.alloc(0) }));
    const { answer, bytes } = await get('empty');
    expect(bytes.length).toBe(0);
    expect(answer.ContentLength).toBe(0);
    expect(answer.ETag).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
  });

  it.each([
    'a b+c=d&e?f#g%20h',
    'grün/ü/写真 📷.jpg',
    "it's (1) [2] {3} !*~",
    '../../etc/passwd',
    'trailing/',
    '//double//slash',
    'x'.repeat(1024),
    'ü'.repeat(512),
  ])('keep the key %s', async (key) => {
    await put(key, key);
    expect((await get(key)).bytes.toString()).toBe(key);
  });

  it('refuse a key above 1,024 bytes', async () => {
    expect(await failure(put('x'.repeat(1025), ''))).toBe('400 KeyTooLongError');
    expect(await failure(put(`${'ü'.repeat(512)}x`, ''))).toBe('400 KeyTooLongError');
  });

  it('answer HEAD as GET without a body, and 404 where there is nothing', async () => {
    await put('head', 'hello', { Metadata: { a: 'b' } });
    const head = await server.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'head' }));
    expect(head).toMatchObject({ ContentLength: 5, Metadata: { a: 'b' } });
    expect(await failure(server.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'none' })))).toBe(
      '404 NotFound',
    );
    expect(await failure(get('none'))).toBe('404 NoSuchKey');
    expect(await failure(server.client.send(new GetObjectCommand({ Bucket: 'absent', Key: 'a' })))).toBe(
      '404 NoSuchBucket',
    );
  });

  it.each([
    ['bytes=0-4', '01234', 'bytes 0-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=5-500', '56789', 'bytes 5-9/10'],
    ['bytes=-50', '0123456789', 'bytes 0-9/10'],
  ])('give the range %s', async (range, text, contentRange) => {
    await put('ranged', '0123456789');
    const { answer, bytes } = await get('ranged', { Range: range });
    expect(bytes.toString()).toBe(text);
    expect(answer.ContentRange).toBe(contentRange);
    expect(answer.$metadata.httpStatusCode).toBe(206);
  });

  it('answer 416 beyond the end, and everything to a range nobody can read', async () => {
    await put('ranged', '0123456789');
    expect(await failure(get('ranged', { Range: 'bytes=10-' }))).toBe('416 InvalidRange');
    expect((await get('ranged', { Range: 'bytes=5-1' })).bytes.length).toBe(10);
    expect((await get('ranged', { Range: 'lines=1-2' })).bytes.length).toBe(10);
  });

  it('are read under conditions', async () => {
    const { ETag } = await put('conditional', 'one');
    const past = new Date(Date.now() - 86_400_000);
    expect((await get('conditional', { IfMatch: ETag })).bytes.toString()).toBe('one');
    expect(await failure(get('conditional', { IfMatch: '"0"' }))).toBe('412 PreconditionFailed');
    expect(await failure(get('conditional', { IfNoneMatch: ETag }))).toMatch(/^304 /);
    expect(await failure(get('conditional', { IfModifiedSince: new Date(Date.now() + 5000) }))).toMatch(
      /^304 /,
    );
    expect(await failure(get('conditional', { IfUnmodifiedSince: past }))).toBe('412 PreconditionFailed');
    expect((await get('conditional', { IfModifiedSince: past })).bytes.toString()).toBe('one');
  });

  it('are written under conditions, once among many at the same time', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 8 }, (_, index) => failure(put('once', `writer ${index}`, { IfNoneMatch: '*' }))),
    );
    expect(attempts.filter((code) => code === 'none')).toHaveLength(1);
    expect(new Set(attempts)).toEqual(new Set(['none', '412 PreconditionFailed']));
    const { answer } = await get('once');
    expect(await failure(put('once', 'two', { IfMatch: '"0"' }))).toBe('412 PreconditionFailed');
    expect(await failure(put('once', 'two', { IfMatch: answer.ETag }))).toBe('none');
    expect(await failure(put('never', 'two', { IfMatch: '"0"' }))).toBe('404 NoSuchKey');
  });

  it('never mix under concurrent writes of one key', async () => {
    const bodies = Array.from({ length: 12 }, (_, index) => Buffer.alloc(150_000, index));
    await Promise.all(bodies.map((body) => put('contended', body)));
    const { bytes } = await get('contended');
    expect(bodies.some((body) => body.equals(bytes))).toBe(true);
  });

  it('are copied with their metadata, or with new', async () => {
    await put('copy/source +ü', 'copied', { ContentType: 'text/css', Metadata: { a: 'b' } });
    const CopySource = `/${BUCKET}/${encodeURIComponent('copy/source +ü')}`;
    const copy = (more: object) =>
      server.client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'copy/target', CopySource, ...more }));
    await copy({});
    expect((await get('copy/target')).answer).toMatchObject({
      ContentType: 'text/css',
      Metadata: { a: 'b' },
    });
    await copy({ MetadataDirective: 'REPLACE', ContentType: 'text/plain' });
    const { answer, bytes } = await get('copy/target');
    expect(answer).toMatchObject({ ContentType: 'text/plain', Metadata: {} });
    expect(bytes.toString()).toBe('copied');
    expect(await failure(copy({ CopySourceIfMatch: '"0"' }))).toBe('412 PreconditionFailed');
    expect(await failure(copy({ Key: 'copy/source +ü' }))).toBe('400 InvalidRequest');
    expect(await failure(copy({ CopySource: `${BUCKET}/none` }))).toBe('404 NoSuchKey');
  });

  it('are deleted, one or many, and deleting nothing succeeds', async () => {
    await Promise.all(['del/1', 'del/2', 'del/<&>"\r'].map((key) => put(key, '')));
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'del/1' }));
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'del/1' }));
    expect(await failure(get('del/1'))).toBe('404 NoSuchKey');
    const answer = await server.client.send(
      new DeleteObjectsCommand({
        Bucket: BUCKET,
        Delete: { Objects: ['del/2', 'del/<&>"\r', 'del/3'].map((Key) => ({ Key })) },
      }),
    );
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['del/2', 'del/<&>"\r', 'del/3']);
    expect(await failure(get('del/<&>"\r'))).toBe('404 NoSuchKey');
  });

  it('describe themselves through GetObjectAttributes', async () => {
    await put('attributes', '123456789', { ChecksumAlgorithm: 'CRC32' });
    const answer = await server.client.send(
      new GetObjectAttributesCommand({
        Bucket: BUCKET,
        Key: 'attributes',
        ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize', 'StorageClass'],
      }),
    );
    expect(answer).toMatchObject({
      ETag: '25f9e794323b453885f5181f1b624d0b',
      Checksum: { ChecksumCRC32: 'y/Q5Jg==', ChecksumType: 'FULL_OBJECT' },
      ObjectSize: 9,
      StorageClass: 'STANDARD',
    });
  });

  it('leave no blob behind when replaced or deleted', async () => {
    const before = server.listFiles('blobs').length;
    await put('replaced', 'one');
    await put('replaced', 'two');
    expect(server.listFiles('blobs')).toHaveLength(before + 1);
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'replaced' }));
    expect(server.listFiles('blobs')).toHaveLength(before);
    expect(server.listFiles('tmp')).toEqual([]);
  });
});

describe('checksums', () => {
  const algorithms: ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

  it.each(algorithms)('%s travels in a header and back', async (algorithm) => {
    const field = `Checksum${algorithm}` as 'ChecksumCRC32';
    const answer = await put(`sum/${algorithm}`, '123456789', { ChecksumAlgorithm: algorithm });
    const { answer: read } = await get(`sum/${algorithm}`, { ChecksumMode: 'ENABLED' });
    expect(answer[field]).toBeTruthy();
    expect(read[field]).toBe(answer[field]);
  });

  it.each(algorithms)('%s travels in the trailer of a stream', async (algorithm) => {
    const body = randomBytes(100_000);
    const pieces = [body.subarray(0, 70_000), body.subarray(70_000)];
    await server.client.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: `stream/${algorithm}`,
        Body: Readable.from(pieces, { objectMode: false, highWaterMark: 65_536 }),
        ContentLength: body.length,
        ChecksumAlgorithm: algorithm,
      }),
    );
    const { answer, bytes } = await get(`stream/${algorithm}`);
    expect(bytes.equals(body)).toBe(true);
    expect(answer.ContentEncoding).toBeUndefined();
  });

  it('that do not match the body are refused, and nothing is stored', async () => {
    expect(await failure(put('bad', 'body', { ChecksumCRC32: 'AAAAAA==' }))).toBe('400 BadDigest');
    expect(
      await failure(put('bad', 'body', { ContentMD5: createHash('md5').update('x').digest('base64') })),
    ).toBe('400 BadDigest');
    expect(await failure(put('bad', 'body', { ContentMD5: 'AAAA' }))).toBe('400 InvalidDigest');
    expect(await failure(get('bad'))).toBe('404 NoSuchKey');
    expect(server.listFiles('tmp')).toEqual([]);
  });
});

describe('buckets', () => {
  it('are listed, found and located', async () => {
    const { Buckets } = await server.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['plain', BUCKET]);
    await server.client.send(new HeadBucketCommand({ Bucket: BUCKET }));
    expect(await failure(server.client.send(new HeadBucketCommand({ Bucket: 'absent' })))).toBe(
      '404 NotFound',
    );
    const { LocationConstraint } = await server.client.send(new GetBucketLocationCommand({ Bucket: BUCKET }));
    expect(LocationConstraint).toBe(REGION);
  });

  it('answer 501 to what is not implemented, never success', async () => {
    expect(await failure(server.client.send(new GetBucketAclCommand({ Bucket: BUCKET })))).toBe(
      '501 NotImplemented',
    );
    expect(await failure(put('a', '', { ServerSideEncryption: 'aws:kms' }))).toBe('501 NotImplemented');
    expect(await failure(put('a', '', { StorageClass: 'GLACIER' }))).toBe('501 NotImplemented');
    expect(await failure(put('a', '', { ACL: 'public-read' }))).toBe('400 AccessControlListNotSupported');
    expect(await failure(get('a', { VersionId: 'v1' }))).toBe('501 NotImplemented');
  });
});
