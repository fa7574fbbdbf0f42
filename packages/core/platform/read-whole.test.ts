import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type Faults, NO_FAULTS } from '../../local/faults.ts';
import { BUCKET, CREDENTIALS, REGION, startServer, type TestServer } from '../../local/s3/testing/server.ts';
import { openBucket } from './bucket.ts';

const content = randomBytes(300_000);

let server: TestServer | undefined;
afterEach(() => server?.stop());

/** A bucket with one object, `whole`, whose connection breaks half way the next `times` times. */
async function openBreaking(times: number) {
  let left = 0;
  const faults: Faults = {
    ...NO_FAULTS,
    draw: () => 0.5,
    happens: (name) => name === 's3.reset' && left > 0 && left-- > 0,
  };
  server = await startServer({ faults });
  const settings = { name: BUCKET, region: REGION, endpoint: server.endpoint, clock: Date.now };
  const bucket = openBucket({ ...settings, credentials: async () => CREDENTIALS }).scope('ten_1');
  await bucket.put('whole', content, 'application/octet-stream');
  left = times;
  return bucket;
}

describe('an object whose connection breaks while it is read', () => {
  it('is asked for again', async () => {
    const bucket = await openBreaking(2);
    expect(Buffer.from(await bucket.get('whole')).equals(content)).toBe(true);
  });

  it('is asked for again in part', async () => {
    const bucket = await openBreaking(1);
    const peeked = await bucket.peek('whole', 100_000);
    expect(peeked?.bytes).toBe(content.length);
    expect(Buffer.from(peeked?.head ?? []).equals(content.subarray(0, 100_000))).toBe(true);
  });

  it('is given up after three breaks', async () => {
    const bucket = await openBreaking(3);
    await expect(bucket.get('whole')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
