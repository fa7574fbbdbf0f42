import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatSequencer, matchesEventType } from './notifications.ts';
import { BUCKET, REGION, startServer, type TestServer, waitUntil } from './testing/server.ts';
import { signPolicy } from './testing/signing.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

const put = (Key: string, body = 'hello', to = server) =>
  to.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(body) }));
const records = () => server.published.map(({ queue, body }) => ({ queue, ...JSON.parse(body).Records[0] }));

describe('an event', () => {
  it("has S3's structure, with a URL-encoded key and a bare ETag", async () => {
    await put('uploads/a b+ü(1)/original');
    await waitUntil(() => server.published.length === 1);
    const [{ body = '' } = {}] = server.published;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(JSON.parse(body)).toEqual({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: REGION,
          eventTime: time,
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: expect.any(String) },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'notification-1',
            bucket: {
              name: BUCKET,
              ownerIdentity: { principalId: expect.any(String) },
              arn: `arn:aws:s3:::${BUCKET}`,
            },
            object: {
              key: 'uploads/a+b%2B%C3%BC%281%29/original',
              size: 5,
              eTag: '5d41402abc4b2a76b9719d911017c592',
              sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
            },
          },
        },
      ],
    });
  });

  it('is sent for keys of the prefix and suffix alone, under the name of what happened', async () => {
    await put('uploads/original');
    await put('other/original');
    await put('uploads/1/view');
    const CopySource = `${BUCKET}/other/original`;
    await server.client.send(
      new CopyObjectCommand({ Bucket: BUCKET, Key: 'uploads/2/original', CopySource }),
    );
    const form = new FormData();
    const fields = {
      key: 'uploads/3/original',
      ...signPolicy({ conditions: [['starts-with', '$key', '']] }),
    };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['x']));
    await fetch(`${server.endpoint}/${BUCKET}`, { method: 'POST', body: form });
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'other/original' }));
    await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'nothing' }));
    await waitUntil(() => server.published.length === 4);
    expect(records().map(({ queue, eventName, s3 }) => [queue, eventName, s3.object.key])).toEqual([
      ['intake', 'ObjectCreated:Put', 'uploads/original'],
      ['intake', 'ObjectCreated:Copy', 'uploads/2/original'],
      ['intake', 'ObjectCreated:Post', 'uploads/3/original'],
      ['removed', 'ObjectRemoved:Delete', 'other/original'],
    ]);
    expect(records().at(-1)?.s3.object.size).toBeUndefined();
  });

  it('carries a sequencer that grows with every change', async () => {
    for (let count = 0; count < 20; count += 1) await put('uploads/same/original', String(count));
    await waitUntil(() => server.published.length === 20);
    const sequencers = records().map(({ s3 }) => s3.object.sequencer);
    expect(new Set(sequencers).size).toBe(20);
    expect([...sequencers].sort()).toEqual(sequencers);
  });

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
