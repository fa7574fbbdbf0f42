import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { formatSequencer, matchesEventType } from './notifications.ts';
import { BUCKET, startServer, type TestServer, waitUntil } from './testing/server.ts';

const put = (Key: string, body: string, to: TestServer) =>
  to.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(body) }));

describe('an event', () => {
  it('matches configured types as S3 does', () => {
    expect(matchesEventType('s3:ObjectCreated:*', 'ObjectCreated:Post')).toBe(true);
    expect(matchesEventType('s3:ObjectCreated:Post', 'ObjectCreated:Post')).toBe(true);
    expect(matchesEventType('s3:ObjectCreated:Put', 'ObjectCreated:Post')).toBe(false);
    expect(matchesEventType('s3:ObjectRemoved:*', 'ObjectCreated:Post')).toBe(false);
    expect(formatSequencer(255)).toBe('0000000000000000FF');
  });
});

describe('a queue that refuses', () => {
  it('is offered the event again until it takes it', async () => {
    let attempts = 0;
    const taken: string[] = [];
    const refusing = await startServer({
      publish: async (_queue, body) => {
        attempts += 1;
        if (attempts < 4) throw new Error('The queue is away.');
        taken.push(body);
      },
    });
    await put('uploads/1/original', 'a', refusing);
    await waitUntil(() => taken.length === 1);
    expect(attempts).toBe(4);
    await refusing.stop();
  });

  it('gets what was left over when the folder is opened again', async () => {
    const refusing = await startServer({
      publish: () => {
        throw new Error('The queue is away.');
      },
    });
    await put('uploads/1/original', 'a', refusing);
    await put('uploads/2/original', 'b', refusing);
    await refusing.stop({ keepData: true });
    const reopened = await startServer({ dataDir: refusing.dataDir });
    await waitUntil(() => reopened.published.length === 2);
    await reopened.stop({ keepData: true });
    const again = await startServer({ dataDir: refusing.dataDir });
    await put('uploads/3/original', 'c', again);
    await waitUntil(() => again.published.length === 1);
    await again.stop();
  });
});
