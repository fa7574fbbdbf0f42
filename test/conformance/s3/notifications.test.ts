import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BUCKET,
  REGION,
  startServer,
  type TestServer,
  waitUntil,
} from '../../../packages/local/s3/testing/server.ts';
import { signPolicy } from '../../../packages/local/s3/testing/signing.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

const put = (Key: string, body = 'hello', to = server) =>
  to.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(body) }));
const records = () => server.published.map(({ queue, body }) => ({ queue, ...JSON.parse(body).Records[0] }));

describe('S3 User Guide, "Event message structure": an event', () => {
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
});

describe('S3 User Guide, "Enabling event notifications"', () => {
  const queueArn = (queue: string) => `arn:aws:sqs:${REGION}:000000000000:${queue}`;

  it('sends one test event to a queue when a notification to it is set up, and none at later starts', async () => {
    await waitUntil(() => server.testEvents.length === 2);
    expect(server.testEvents.map(({ queue }) => queue)).toEqual(['intake', 'removed']);
    expect(JSON.parse(server.testEvents[0]?.body ?? '')).toEqual({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      Bucket: BUCKET,
      RequestId: expect.any(String),
      HostId: expect.any(String),
    });
    const { dataDir } = server;
    await server.stop({ keepData: true });
    server = await startServer({ dataDir });
    await put('uploads/1/original');
    await waitUntil(() => server.published.length === 1);
    expect(server.testEvents).toEqual([]);
  });

  it('PutBucketNotificationConfiguration replaces the configuration, which Get gives back', async () => {
    const get = () => server.client.send(new GetBucketNotificationConfigurationCommand({ Bucket: BUCKET }));
    const filter = (Prefix: string, Suffix: string) => ({
      Key: {
        FilterRules: [
          { Name: 'Prefix', Value: Prefix },
          { Name: 'Suffix', Value: Suffix },
        ],
      },
    });
    expect((await get()).QueueConfigurations).toMatchObject([
      {
        QueueArn: queueArn('intake'),
        Events: ['s3:ObjectCreated:*'],
        Filter: filter('uploads/', '/original'),
      },
      { QueueArn: queueArn('removed'), Events: ['s3:ObjectRemoved:*'] },
    ]);
    const QueueConfigurations = [
      {
        Id: 'mine',
        QueueArn: queueArn('other'),
        Events: ['s3:ObjectCreated:Put' as const],
        Filter: filter('a/', '.b'),
      },
    ];
    const set = (NotificationConfiguration: object) =>
      server.client.send(
        new PutBucketNotificationConfigurationCommand({ Bucket: BUCKET, NotificationConfiguration }),
      );
    await set({ QueueConfigurations });
    expect((await get()).QueueConfigurations).toEqual(QueueConfigurations);
    expect(server.testEvents.map(({ queue }) => queue)).toContain('other');
    await put('uploads/1/original');
    await put('a/1.b');
    await waitUntil(() => server.published.length === 1);
    expect(records()).toMatchObject([
      { queue: 'other', s3: { configurationId: 'mine', object: { key: 'a/1.b' } } },
    ]);
    await set({});
    expect((await get()).QueueConfigurations).toBeUndefined();
  });

  it('refuses what it cannot understand, deliver or do', async () => {
    const set = (configuration: object, to = server) =>
      to.client.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: BUCKET,
          NotificationConfiguration: configuration,
        }),
      );
    const refused = (work: Promise<unknown>, name: string) => expect(work).rejects.toMatchObject({ name });
    const one = (more: object) => ({
      QueueConfigurations: [{ QueueArn: queueArn('q'), Events: ['s3:ObjectCreated:*'], ...more }],
    });
    await refused(set(one({ QueueArn: 'q' })), 'InvalidArgument');
    await refused(set(one({ Events: ['ObjectCreated'] })), 'InvalidArgument');
    const filter = { Key: { FilterRules: [{ Name: 'infix', Value: 'a' }] } };
    await refused(set(one({ Filter: filter })), 'InvalidArgument');
    const TopicArn = 'arn:aws:sns:eu-west-1:000000000000:t';
    const topics = { TopicConfigurations: [{ TopicArn, Events: ['s3:ObjectCreated:*'] }] };
    await refused(set(topics), 'NotImplemented');
    await refused(set({ EventBridgeConfiguration: {} }), 'NotImplemented');
  });
});
