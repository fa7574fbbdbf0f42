import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectRecord } from '../records.ts';
import { openStore, type Store } from '../store.ts';
import { type ListPage, listPage } from './listing.ts';

describe('a page of keys', () => {
  let dataDir: string;
  let store: Store;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'loupe-s3-list-'));
    store = openStore(dataDir);
  });
  afterAll(() => {
    store.close();
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
            const page: ListPage = listPage(store, bucket, { prefix, delimiter, maxKeys, from });
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

  function createRecord(bucket: string, key: string): ObjectRecord {
    return {
      bucket,
      key,
      segments: [],
      size: 0,
      etag: '',
      lastModified: 0,
      attributes: { contentType: '', headers: {}, metadata: {}, tags: {} },
      checksum: { algorithm: 'CRC32', value: '', type: 'FULL_OBJECT' },
      parts: 0,
    };
  }
});
