import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, CREDENTIALS, REGION, startServer, type TestServer } from '../../local/s3/testing/server.ts';
import { openBucket, type TenantBucket } from './bucket.ts';

const MIB = 1024 * 1024;
let server: TestServer;
let bucket: TenantBucket;

beforeAll(async () => {
  server = await startServer();
  const { endpoint } = server;
  const credentials = async () => CREDENTIALS;
  bucket = openBucket({ name: BUCKET, region: REGION, endpoint, credentials, clock: Date.now }).scope(
    'ten_1',
  );
});
afterAll(() => server.stop());

/** `mebibytes` pieces, each with a content of its own. */
async function* makePieces(mebibytes: number, breaksAt = Infinity) {
  for (let i = 0; i < mebibytes; i++) {
    if (i === breaksAt) throw new Error('It broke.');
    yield Buffer.alloc(MIB, i);
  }
}

describe('write', () => {
  it('makes one object of pieces, whether they fit into one part or not', async () => {
    for (const mebibytes of [1, 9]) {
      const whole = Buffer.concat(Array.from({ length: mebibytes }, (_, i) => Buffer.alloc(MIB, i)));
      const path = `written/${mebibytes}`;
      expect(await bucket.write(path, makePieces(mebibytes), 'text/plain')).toBe(mebibytes * MIB);
      const stored = await bucket.get(path);
      expect(createHash('sha256').update(stored).digest('hex')).toBe(
        createHash('sha256').update(whole).digest('hex'),
      );
    }
  });

  it('writes nothing when there is nothing, or not all of it', async () => {
    expect(await bucket.write('nothing', makePieces(0), 'text/plain')).toBe(0);
    expect(await bucket.head('nothing')).toBeUndefined();
    await expect(bucket.write('broken', makePieces(11, 10), 'text/plain')).rejects.toThrow('It broke.');
    expect(await bucket.head('broken')).toBeUndefined();
  });
});

describe('get', () => {
  it('gives a range, and what there is of one that goes beyond the end', async () => {
    await bucket.put('ten', Buffer.from('0123456789'), 'text/plain');
    const read = async (from: number, bytes: number) =>
      Buffer.from(await bucket.get('ten', { range: { from, bytes } })).toString();
    expect([await read(0, 3), await read(3, 4), await read(7, 100)]).toEqual(['012', '3456', '789']);
  });
});
