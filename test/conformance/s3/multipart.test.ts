import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDigest } from '../../../packages/local/s3/checksums.ts';
import { BUCKET, startServer, type TestServer } from '../../../packages/local/s3/testing/server.ts';
import { presign } from '../../../packages/local/s3/testing/signing.ts';

const FIVE_MIB = 5 * 1024 ** 2;
const first = randomBytes(FIVE_MIB);
const second = randomBytes(1000);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function create(Key: string, more: object = {}): Promise<string> {
  const { UploadId } = await server.client.send(
    new CreateMultipartUploadCommand({ Bucket: BUCKET, Key, ...more }),
  );
  if (!UploadId) throw new Error('There is no upload id.');
  return UploadId;
}

const upload = (Key: string, UploadId: string, PartNumber: number, Body: Uint8Array, more: object = {}) =>
  server.client.send(new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber, Body, ...more }));

const complete = (Key: string, UploadId: string, Parts: object[], more: object = {}) =>
  server.client.send(
    new CompleteMultipartUploadCommand({
      Bucket: BUCKET,
      Key,
      UploadId,
      MultipartUpload: { Parts },
      ...more,
    }),
  );

async function read(Key: string, more: object = {}) {
  const answer = await server.client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...more }));
  return { answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
}

describe('S3 User Guide, "Uploading and copying objects using multipart upload": an upload', () => {
  it('gives the parts in order, an ETag of ETags and ranges over the seams', async () => {
    const Key = 'multi/object +';
    const id = await create(Key, {
      ContentType: 'video/mp4',
      Metadata: { a: 'b' },
      ChecksumAlgorithm: 'CRC32',
    });
    const two = await upload(Key, id, 7, second, { ChecksumAlgorithm: 'CRC32' });
    const one = await upload(Key, id, 2, first, { ChecksumAlgorithm: 'CRC32' });
    const answer = await complete(Key, id, [
      { PartNumber: 2, ETag: one.ETag, ChecksumCRC32: one.ChecksumCRC32 },
      { PartNumber: 7, ETag: two.ETag, ChecksumCRC32: two.ChecksumCRC32 },
    ]);
    const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
    expect(answer.ETag).toBe(`"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`);
    expect(answer.ChecksumType).toBe('COMPOSITE');
    expect(answer.ChecksumCRC32).toMatch(/-2$/);
    const { bytes, answer: got } = await read(Key);
    expect(bytes.equals(Buffer.concat([first, second]))).toBe(true);
    expect(got).toMatchObject({
      ContentType: 'video/mp4',
      Metadata: { a: 'b' },
      ContentLength: FIVE_MIB + 1000,
    });
    const seam = await read(Key, { Range: `bytes=${FIVE_MIB - 2}-${FIVE_MIB + 1}` });
    expect(seam.bytes.equals(Buffer.concat([first.subarray(-2), second.subarray(0, 2)]))).toBe(true);
  });

  it('without an algorithm gets a CRC64NVME over all its bytes', async () => {
    const client = server.connect({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const Key = 'multi/plain';
    const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const put = async (number: number, bytes: Uint8Array) => {
      const query = { partNumber: String(number), uploadId: UploadId };
      const url = await presign(server.endpoint, { method: 'PUT', key: Key, query });
      return (await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) })).headers.get('etag');
    };
    const Parts = [
      { PartNumber: 1, ETag: await put(1, first) },
      { PartNumber: 2, ETag: await put(2, second) },
    ];
    const digest = createDigest('CRC64NVME');
    digest.update(first);
    digest.update(second);
    const answer = await complete(Key, UploadId, Parts);
    expect(answer.ChecksumCRC64NVME).toBe(digest.digest().toString('base64'));
    expect(answer.ChecksumType).toBe('FULL_OBJECT');
  });

  it('refuses a wrong order, a wrong ETag, a missing checksum, a small part and an unknown upload', async () => {
    const Key = 'multi/rules';
    const id = await create(Key, { ChecksumAlgorithm: 'SHA256' });
    const small = await upload(Key, id, 1, second, { ChecksumAlgorithm: 'SHA256' });
    const last = await upload(Key, id, 2, second, { ChecksumAlgorithm: 'SHA256' });
    const part = (PartNumber: number, ETag = small.ETag, ChecksumSHA256 = small.ChecksumSHA256) => ({
      PartNumber,
      ETag,
      ChecksumSHA256,
    });
    const rejected = (work: Promise<unknown>, name: string) => expect(work).rejects.toMatchObject({ name });
    await rejected(complete(Key, id, [part(2), part(1)]), 'InvalidPartOrder');
    await rejected(complete(Key, id, [part(1), part(1)]), 'InvalidPartOrder');
    await rejected(complete(Key, id, [part(1, '"00"')]), 'InvalidPart');
    await rejected(complete(Key, id, [part(3)]), 'InvalidPart');
    await rejected(complete(Key, id, [part(1), part(2)]), 'EntityTooSmall');
    await rejected(complete(Key, id, [{ PartNumber: 1, ETag: small.ETag }]), 'InvalidRequest');
    await rejected(complete(Key, id, []), 'MalformedXML');
    await rejected(complete(Key, 'unknown', [part(1)]), 'NoSuchUpload');
    await rejected(upload(Key, id, 10_001, second, { ChecksumAlgorithm: 'SHA256' }), 'InvalidArgument');
    await rejected(upload(Key, id, 3, second, { ChecksumAlgorithm: 'CRC32' }), 'InvalidRequest');
    await rejected(complete(Key, id, [part(2)], { MpuObjectSize: 1 }), 'InvalidRequest');
    await rejected(server.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key })), 'NotFound');
    const done = await complete(Key, id, [part(2, last.ETag)], { MpuObjectSize: 1000 });
    expect(done.ETag).toMatch(/-1"$/);
  });

  it('is listed while open, and aborting it frees its parts', async () => {
    const Key = 'multi/aborted';
    const before = server.listFiles('blobs').length;
    const id = await create(Key);
    await upload(Key, id, 1, second);
    await upload(Key, id, 1, first);
    await upload(Key, id, 3, second);
    expect(server.listFiles('blobs')).toHaveLength(before + 2);
    const listed = await server.client.send(
      new ListPartsCommand({ Bucket: BUCKET, Key, UploadId: id, MaxParts: 1 }),
    );
    expect(listed).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: '1',
      Parts: [{ PartNumber: 1, Size: FIVE_MIB }],
    });
    const uploads = await server.client.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: Key }),
    );
    expect(uploads.Uploads).toMatchObject([{ Key, UploadId: id }]);
    await server.client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId: id }));
    expect(server.listFiles('blobs')).toHaveLength(before);
    await expect(upload(Key, id, 1, second)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('completes again with the same answer, for a client that did not hear the first', async () => {
    const Key = 'multi/twice';
    const id = await create(Key);
    const part = await upload(Key, id, 1, second);
    const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }];
    const { $metadata: _first, ...answer } = await complete(Key, id, Parts);
    const { $metadata: _second, ...again } = await complete(Key, id, Parts);
    expect(again).toEqual(answer);
    await expect(complete(Key, id, [{ PartNumber: 1, ETag: '"00"' }])).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  it('takes parts through presigned URLs, each for its own part number', async () => {
    const Key = 'multi/presigned';
    const plain = server.connect({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const { UploadId = '' } = await plain.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const sign = (partNumber: string) =>
      presign(server.endpoint, { method: 'PUT', key: Key, query: { partNumber, uploadId: UploadId } });
    const put = (url: string) => fetch(url, { method: 'PUT', body: new Uint8Array(second) });
    const response = await put(await sign('1'));
    expect(response.headers.get('etag')).toBe(`"${createHash('md5').update(second).digest('hex')}"`);
    expect((await put((await sign('1')).replace('partNumber=1', 'partNumber=2'))).status).toBe(403);
    expect((await put((await sign('1')).replace(UploadId, `${UploadId}x`))).status).toBe(403);
    await complete(Key, UploadId, [{ PartNumber: 1, ETag: response.headers.get('etag') }]);
    expect((await read(Key)).bytes.equals(second)).toBe(true);
  });
});

describe('API Reference, UploadPartCopy', () => {
  it('makes a part of an object, or of a range of one above 5 MB', async () => {
    const source = 'multi/source +';
    const whole = Buffer.concat([first, second]);
    await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: source, Body: whole }));
    await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'multi/small', Body: second }));
    const Key = 'multi/copied';
    const UploadId = await create(Key, { ChecksumAlgorithm: 'SHA256' });
    const copy = (PartNumber: number, more: object = {}, from = source) =>
      server.client.send(
        new UploadPartCopyCommand({
          Bucket: BUCKET,
          Key,
          UploadId,
          PartNumber,
          CopySource: `${BUCKET}/${encodeURIComponent(from)}`,
          ...more,
        }),
      );
    const one = await copy(1);
    expect(one.CopyPartResult?.ETag).toBe(`"${createHash('md5').update(whole).digest('hex')}"`);
    const two = await copy(2, { CopySourceRange: 'bytes=10-19' });
    const refused = (work: Promise<unknown>, name: string) => expect(work).rejects.toMatchObject({ name });
    await refused(copy(3, { CopySourceRange: 'bytes=10' }), 'InvalidArgument');
    await refused(copy(3, { CopySourceRange: `bytes=0-${whole.length}` }), 'InvalidArgument');
    await refused(copy(3, { CopySourceRange: 'bytes=0-9' }, 'multi/small'), 'InvalidRequest');
    await refused(copy(3, { CopySourceIfMatch: '"0"' }), 'PreconditionFailed');
    await refused(copy(3, {}, 'multi/none'), 'NoSuchKey');
    await refused(copy(10_001), 'InvalidArgument');
    const Parts = [one, two].map(({ CopyPartResult }, index) => ({
      PartNumber: index + 1,
      ...CopyPartResult,
    }));
    const { ETag } = await complete(Key, UploadId, Parts);
    expect(ETag).toMatch(/-2"$/);
    const { bytes } = await read(Key);
    expect(bytes.equals(Buffer.concat([whole, whole.subarray(10, 20)]))).toBe(true);
  });
});

describe('API Reference, ListMultipartUploads', () => {
  const keys = ['open/a', 'open/a', 'open/b/1', 'open/b/2', 'open/c d', 'open/é'];
  const list = (more: object) =>
    server.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: 'open/', ...more }));
  beforeAll(async () => {
    for (const key of keys) await create(key);
  });

  it('sorts by key, then by the time of initiation', async () => {
    const { Uploads = [] } = await list({});
    expect(Uploads.map(({ Key }) => Key)).toEqual(keys);
    const times = Uploads.slice(0, 2).map(({ Initiated }) => Initiated?.getTime() ?? 0);
    expect(times.toSorted((one, other) => one - other)).toEqual(times);
  });

  it.each([1, 2, 3, 4])('gives every upload once over pages of %i', async (MaxUploads) => {
    const seen: (string | undefined)[] = [];
    let markers: object | undefined = {};
    while (markers) {
      const page: Awaited<ReturnType<typeof list>> = await list({ MaxUploads, Delimiter: '/', ...markers });
      seen.push(...(page.Uploads ?? []).map(({ Key }) => Key));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      markers = page.IsTruncated ? { KeyMarker, UploadIdMarker } : undefined;
    }
    expect(seen.sort()).toEqual(['open/a', 'open/a', 'open/b/', 'open/c d', 'open/é']);
  });

  it('encodes keys when asked', async () => {
    const { Uploads = [] } = await list({ EncodingType: 'url', KeyMarker: 'open/b/2' });
    expect(Uploads.map(({ Key }) => Key)).toEqual(['open/c+d', 'open/%C3%A9']);
  });
});

describe('API Reference, ListParts', () => {
  it('gives every part once over pages of any size', async () => {
    const Key = 'multi/listed';
    const UploadId = await create(Key);
    for (const number of [1, 2, 5, 9]) await upload(Key, UploadId, number, second);
    for (const MaxParts of [1, 2, 3, 4]) {
      const seen: (number | undefined)[] = [];
      let PartNumberMarker: string | undefined = '0';
      while (PartNumberMarker !== undefined) {
        const command: ListPartsCommand = new ListPartsCommand({
          Bucket: BUCKET,
          Key,
          UploadId,
          MaxParts,
          PartNumberMarker,
        });
        const page = await server.client.send(command);
        seen.push(...(page.Parts ?? []).map(({ PartNumber }) => PartNumber));
        PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      }
      expect(seen).toEqual([1, 2, 5, 9]);
    }
  });
});
