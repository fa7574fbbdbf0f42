import {
  ListObjectsCommand,
  type ListObjectsCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, startServer, type TestServer } from '../../../packages/local/s3/testing/server.ts';

const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'd e+f', 'Z', 'é', '📷', 'ｚ', 'b0'];

describe('ListObjectsV2', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    for (const Key of KEYS) {
      await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(Key) }));
    }
  });
  afterAll(() => server.stop());

  const list = (more: Partial<ListObjectsV2CommandInput> = {}) =>
    server.client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...more }));
  const keysOf = async (more: Partial<ListObjectsV2CommandInput>) =>
    (await list(more)).Contents?.map(({ Key }) => Key);

  it('orders by UTF-8 bytes, not by UTF-16 units', async () => {
    expect(await keysOf({})).toEqual(['Z', 'a', 'b/1', 'b/2', 'b/c/3', 'b0', 'd e+f', 'é', 'ｚ', '📷']);
  });

  it('folds at a delimiter, below a prefix', async () => {
    const top = await list({ Delimiter: '/' });
    expect(top.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    expect(top.KeyCount).toBe(8);
    const below = await list({ Delimiter: '/', Prefix: 'b/' });
    expect(below.Contents?.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
    expect(below.CommonPrefixes).toEqual([{ Prefix: 'b/c/' }]);
  });

  it('gives every entry once over pages of any size', async () => {
    for (const pageSize of [1, 2, 3, 7]) {
      const seen: (string | undefined)[] = [];
      for await (const page of paginateListObjectsV2(
        { client: server.client, pageSize },
        { Bucket: BUCKET, Delimiter: '/' },
      )) {
        seen.push(
          ...(page.Contents ?? []).map(({ Key }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        );
      }
      expect([...seen].sort()).toEqual(['Z', 'a', 'b/', 'b0', 'd e+f', 'é', 'ｚ', '📷'].sort());
    }
  });

  it('starts after a key and encodes when asked', async () => {
    expect(await keysOf({ StartAfter: 'b0' })).toEqual(['d e+f', 'é', 'ｚ', '📷']);
    expect(await keysOf({ StartAfter: 'b0', MaxKeys: 2, EncodingType: 'url' })).toEqual([
      'd+e%2Bf',
      '%C3%A9',
    ]);
  });

  it('answers max-keys 0 with nothing and refuses what it cannot read', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(list({ ContinuationToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

describe('ListObjects', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    for (const Key of KEYS) {
      await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(Key) }));
    }
  });
  afterAll(() => server.stop());

  const list = (more: Partial<ListObjectsCommandInput> = {}) =>
    server.client.send(new ListObjectsCommand({ Bucket: BUCKET, ...more }));

  it('lists in the order of UTF-8 bytes, always with the owner', async () => {
    const { Contents = [], IsTruncated, Marker } = await list();
    expect(Contents.map(({ Key }) => Key)).toEqual(
      [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    expect(Contents.every(({ Owner }) => Owner?.ID !== undefined)).toBe(true);
    expect({ IsTruncated, Marker }).toEqual({ IsTruncated: false, Marker: '' });
  });

  it('begins after the marker, which need not be a key', async () => {
    const { Contents } = await list({ Marker: 'b1' });
    expect(Contents?.map(({ Key }) => Key)).toEqual(['d e+f', 'é', 'ｚ', '📷']);
  });

  it('gives NextMarker only with a delimiter; else the last key is the next marker', async () => {
    const plain = await list({ MaxKeys: 2 });
    expect(plain.IsTruncated).toBe(true);
    expect(plain).not.toHaveProperty('NextMarker');
    const folded = await list({ MaxKeys: 3, Delimiter: '/' });
    expect(folded.NextMarker).toBe('b/');
    expect(await list({ Delimiter: '/' })).not.toHaveProperty('NextMarker');
  });

  it('gives every entry once over pages of any size, with a common prefix as a marker too', async () => {
    for (const MaxKeys of [1, 2, 3, 7]) {
      const seen: (string | undefined)[] = [];
      let Marker: string | undefined;
      do {
        const page = await list({ MaxKeys, Delimiter: '/', ...(Marker && { Marker }) });
        seen.push(
          ...(page.Contents ?? []).map(({ Key }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        );
        Marker = page.NextMarker;
      } while (Marker);
      expect(seen.sort()).toEqual(['Z', 'a', 'b/', 'b0', 'd e+f', 'é', 'ｚ', '📷'].sort());
    }
  });

  it('encodes when asked, and refuses what it cannot read', async () => {
    expect(await list({ Marker: 'b0', MaxKeys: 1, Delimiter: '/', EncodingType: 'url' })).toMatchObject({
      Contents: [{ Key: 'd+e%2Bf' }],
      NextMarker: 'd+e%2Bf',
    });
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});
