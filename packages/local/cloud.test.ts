import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { createFaults, parseFaults } from './faults.ts';
import { resources, root } from './testing/functions/resources.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const FREE = { api: 0, dynamodb: 0, kms: 0, s3: 0, sqs: 0 };

async function start(options: Partial<CloudOptions> = {}): Promise<Cloud & { readonly lines: string[] }> {
  const lines: string[] = [];
  const cloud = await startCloud({
    resources,
    root,
    dataDir: makeTemporaryFolder(),
    ports: FREE,
    workersPerFunction: 2,
    log: (source, line) => lines.push(`${source}: ${line}`),
    ...options,
  });
  onTestFinished(() => cloud.stop());
  return { ...cloud, lines };
}

async function readThing({ endpoints }: Cloud, key: string, withinMs = 10_000): Promise<string> {
  const end = Date.now() + withinMs;
  for (;;) {
    const response = await fetch(`${endpoints.api}/things?key=${encodeURIComponent(key)}`);
    if (response.status === 200) return response.text();
    if (Date.now() > end) throw new Error(`${key} did not appear; the last answer was ${response.status}.`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function postThing({ endpoints }: Cloud, key: string, body: string): Promise<number> {
  const url = `${endpoints.api}/things?key=${encodeURIComponent(key)}`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  return response.status;
}

test('an upload travels from the API through S3, its event, the queue and a function into the table', async () => {
  const cloud = await start();
  expect(await postThing(cloud, 'a file/ü 1.txt', 'hello')).toBe(202);
  expect(await readThing(cloud, 'a file/ü 1.txt')).toBe('HELLO');
  expect(cloud.lines).toEqual([]);
});

test('the schedule runs soon after the start, with the environment of every function', async () => {
  const cloud = await start({ environment: { LOUPE_SECRET: 'x'.repeat(40) } });
  expect(await readThing(cloud, 'swept')).toBe('secret of 40');
});

test('data outlives a restart, what was in the queue is worked off, and stopping waits for none of it', async () => {
  const dataDir = makeTemporaryFolder();
  const first = await start({ dataDir, resources: { ...resources, eventSources: [] } });
  expect(await postThing(first, 'late', 'waiting')).toBe(202);
  const started = performance.now();
  await first.stop();
  // How fast is measured by the benchmark of the local cloud's start and stop; a long poll would take 20 s.
  expect(performance.now() - started).toBeLessThan(5000);

  const second = await start({ dataDir });
  expect(await readThing(second, 'late')).toBe('WAITING');
});

test('a message whose function was cut off by the stop is delivered again at the next start', async () => {
  const dataDir = makeTemporaryFolder();
  const stuck = resources.functions.map((resource) =>
    resource.name === 'intake' ? { ...resource, handler: 'stuck.ts#handler' } : resource,
  );
  const first = await start({ dataDir, resources: { ...resources, functions: stuck } });
  expect(await postThing(first, 'stuck', 'freed')).toBe(202);
  const end = Date.now() + 10_000;
  while (!first.lines.includes('intake: stuck') && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await first.stop();

  const second = await start({ dataDir });
  expect(await readThing(second, 'stuck')).toBe('FREED');
});

test('with queues and functions at fault every upload still arrives, and the API answers', async () => {
  const rates = 'sqs.duplicate=0.3,sqs.shuffle=0.3,sqs.lose-delete=0.3,lambda.exit=0.3,clock.jump=0.5';
  // Enough deliveries that no message meets a broken function every time, and time for a cold start on a busy machine.
  const queues = resources.queues.map((queue) =>
    queue.deadLetter ? { ...queue, deadLetter: { ...queue.deadLetter, maxReceiveCount: 20 } } : queue,
  );
  const cloud = await start({
    resources: { ...resources, queues },
    faults: createFaults(parseFaults(rates)),
    functionTimeoutSeconds: 2,
  });
  const keys = Array.from({ length: 8 }, (_, index) => `key-${index}`);
  for (const key of keys) expect(await postThing(cloud, key, key)).toBe(202);
  for (const key of keys) expect(await readThing(cloud, key, 60_000)).toBe(key.toUpperCase());
}, 90_000);

test('the environment names every service, table, bucket, queue and key', async () => {
  const { environment, endpoints } = await start();
  expect(environment).toMatchObject({
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: expect.any(String),
    AWS_SECRET_ACCESS_KEY: expect.any(String),
    LOUPE_STAGE: 'local',
    LOUPE_TABLE: 'things',
    LOUPE_BUCKET: 'thing-files',
    LOUPE_KMS_KEY_ID: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/),
    LOUPE_QUEUE_INTAKE_URL: `${endpoints.sqs}/000000000000/intake`,
    LOUPE_QUEUE_INTAKE_DEAD_URL: `${endpoints.sqs}/000000000000/intake-dead`,
    LOUPE_SECRET: expect.stringMatching(/^[0-9a-f]{64}$/),
    LOUPE_OPERATOR_KEY: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('a shorter function timeout shortens the visibility timeout of the queues that feed functions', async () => {
  const { environment, endpoints } = await start({ functionTimeoutSeconds: 2 });
  const readVisibility = async (queue: string) => {
    const response = await fetch(endpoints.sqs, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.GetQueueAttributes' },
      body: JSON.stringify({ QueueUrl: environment[queue], AttributeNames: ['VisibilityTimeout'] }),
    });
    return ((await response.json()) as { Attributes: Record<string, string> }).Attributes.VisibilityTimeout;
  };
  expect(await readVisibility('LOUPE_QUEUE_INTAKE_URL')).toBe('4');
  expect(await readVisibility('LOUPE_QUEUE_INTAKE_DEAD_URL')).toBe('30');
});

test('a queue that shows its messages again before its function must have ended is refused, as on AWS', async () => {
  const queues = resources.queues.map((queue) => ({ ...queue, visibilityTimeoutSeconds: 9 }));
  await expect(start({ resources: { ...resources, queues } })).rejects.toThrow(
    'The queue intake hides messages for 9 s, less than the 10 s its function may run.',
  );
});

test('ports left open are those of the last run when they are free', async () => {
  const dataDir = makeTemporaryFolder();
  const first = await start({ dataDir, ports: {} });
  await first.stop();
  const second = await start({ dataDir, ports: {} });
  expect(second.endpoints).toEqual(first.endpoints);
});

test('a taken port and a folder in use are refused in one sentence, and nothing is left behind', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as AddressInfo;
  const dataDir = makeTemporaryFolder();
  await expect(start({ dataDir, ports: { ...FREE, sqs: port } })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining(`Port ${port}, wanted for sqs, is taken`),
  });
  await start({ dataDir });
  await expect(start({ dataDir })).rejects.toMatchObject({ code: 'IN_USE' });
});

test('everything listens on loopback only', async () => {
  const { endpoints } = await start();
  for (const origin of Object.values(endpoints)) expect(new URL(origin).hostname).toBe('127.0.0.1');
});
