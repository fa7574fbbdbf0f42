import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { BucketResource } from '@loupe/core/resources';
import type { Faults } from '../../faults.ts';
import { openS3 } from '../index.ts';
import type { Publish } from '../outbox.ts';

export const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const REGION = 'eu-west-1';
export const BUCKET = 'samples';

export const BUCKETS: readonly BucketResource[] = [
  {
    name: BUCKET,
    cors: [
      {
        allowedOrigins: ['https://*.example.com'],
        allowedMethods: ['GET', 'PUT', 'POST', 'HEAD'],
        allowedHeaders: ['*'],
        exposeHeaders: ['ETag'],
        maxAgeSeconds: 600,
      },
    ],
    notifications: [
      { events: ['s3:ObjectCreated:*'], prefix: 'uploads/', suffix: '/original', queue: 'intake' },
      { events: ['s3:ObjectRemoved:*'], queue: 'removed' },
    ],
  },
  { name: 'plain', cors: [], notifications: [] },
];

export interface TestServer {
  readonly endpoint: string;
  readonly dataDir: string;
  readonly client: S3Client;
  /** Without test events. */
  readonly published: { queue: string; body: string }[];
  readonly testEvents: { queue: string; body: string }[];
  readonly log: string[];
  /** Added to the real time, in milliseconds. */
  skew: number;
  connect(config?: S3ClientConfig): S3Client;
  listFiles(folder: 'blobs' | 'tmp'): string[];
  stop(options?: { keepData?: boolean }): Promise<void>;
}

export interface TestServerOptions {
  readonly dataDir?: string;
  readonly publish?: Publish;
  readonly faults?: Faults;
}

/** A server on loopback with a client of the real SDK. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'loupe-s3-'));
  const published: { queue: string; body: string }[] = [];
  const testEvents: typeof published = [];
  const log: string[] = [];
  let skew = 0;
  const clients: S3Client[] = [];
  const s3 = await openS3({
    dataDir,
    region: REGION,
    credentials: CREDENTIALS,
    buckets: BUCKETS,
    clock: () => Date.now() + skew,
    publish: (queue, body) => {
      if (body.includes('s3:TestEvent')) testEvents.push({ queue, body });
      else if (options.publish) return options.publish(queue, body);
      else published.push({ queue, body });
    },
    testEvents: true,
    log: (line) => void log.push(line),
    ...(options.faults && { faults: options.faults }),
  });
  const http = createServer(s3.handle);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  function connect(config: S3ClientConfig = {}): S3Client {
    const client = new S3Client({
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      forcePathStyle: true,
      maxAttempts: 1,
      ...config,
    });
    clients.push(client);
    return client;
  }

  const server: TestServer = {
    endpoint,
    dataDir,
    client: connect(),
    published,
    testEvents,
    log,
    get skew() {
      return skew;
    },
    set skew(milliseconds) {
      skew = milliseconds;
    },
    connect,
    listFiles: (folder) => readdirSync(join(dataDir, folder)),
    async stop({ keepData = false } = {}) {
      for (const client of clients) client.destroy();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await s3.close();
      if (!keepData) rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return server;
}

/** Waits until `check` holds, at most five seconds. */
export async function waitUntil(check: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500 && !check(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (!check()) throw new Error('It did not happen within five seconds.');
}

/** The code of an error document, after the status: `403 AccessDenied`. */
export async function readErrorCode(response: Response): Promise<string> {
  const code = /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1] ?? '';
  return `${response.status} ${code}`.trim();
}
