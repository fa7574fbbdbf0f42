import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDigest } from './checksums.ts';
import { BUCKET, startServer, type TestServer } from './testing/server.ts';
import { presign } from './testing/signing.ts';

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

describe('a multipart upload', () => {
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
});
