import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { listPage } from './operations/list-objects.ts';
import { openStore, type Store } from './store.ts';
import { BUCKET, startServer, type TestServer } from './testing/server.ts';

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
    await expect(server.client.send(new ListObjectsCommand({ Bucket: BUCKET }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});

describe('a page of keys', () => {
  let dataDir: string;
  let database: DatabaseSync;
  let store: Store;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'loupe-s3-list-'));
    database = openDatabase(dataDir);
    store = openStore(database, () => undefined);
  });
  afterAll(() => {
    database.close();
    rmSync(dataDir, { recursive: true });
  });

  /** What listing means, without an index: filter, sort, fold, in one go. */
  function listSimply(keys: readonly string[], prefix: string, delimiter: string): string[] {
    const entries = keys
      .filter((key) => key.startsWith(prefix))
      .map((key) => {
        const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        return cut < 0 ? key : `${key.slice(0, cut + delimiter.length)} (folded)`;
      });
    return [...new Set(entries)].sort();
  }

  it('joined to the next ones gives what filtering and folding all keys gives', () => {
    const text = (maxLength: number) =>
      fc
        .array(fc.constantFrom('a', '/', '0', '\u00ff', '\u{1F4F7}'), { maxLength })
        .map((parts) => parts.join(''));
    let round = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(
          text(5).filter((key) => key !== ''),
          { maxLength: 15 },
        ),
        text(2),
        fc.constantFrom('', '/', 'ab'),
        fc.integer({ min: 1, max: 4 }),
        (keys, prefix, delimiter, maxKeys) => {
          round += 1;
          const bucket = `bucket-${round}`;
          for (const key of keys) store.putObject(createRecord(bucket, key), {}, () => []);
          const seen: string[] = [];
          let from: Uint8Array | undefined = new Uint8Array();
          while (from) {
            const page = listPage(store, bucket, { prefix, delimiter, maxKeys, from });
            expect(page.objects.length + page.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
            seen.push(
              ...page.objects.map(({ key }) => key),
              ...page.commonPrefixes.map((entry) => `${entry} (folded)`),
            );
            from = page.next;
          }
          expect(seen.sort()).toEqual(listSimply(keys, prefix, delimiter));
        },
      ),
      { numRuns: 150 },
    );
  });

  function createRecord(bucket: string, key: string) {
    return {
      bucket,
      key,
      segments: [],
      size: 0,
      etag: '',
      lastModified: 0,
      attributes: { contentType: '', headers: {}, metadata: {} },
      checksum: { algorithm: 'CRC32', value: '', type: 'FULL_OBJECT' },
      parts: 0,
    } as const;
  }
});
