import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BucketResource } from '../../core/platform/resources.ts';
import { openBlobs } from './blobs.ts';
import { openCorsStore } from './cors-store.ts';
import { openDatabase } from './database.ts';
import { handleRequest } from './handler.ts';
import { openOutbox, type Publish } from './outbox.ts';
import type { Service } from './service.ts';
import type { Credentials } from './signature-v4.ts';
import { listReferencedBlobs, openStore } from './store.ts';
import { openUploadStore } from './upload-store.ts';

export type { Publish } from './outbox.ts';
export type { Credentials } from './signature-v4.ts';

export interface S3Options {
  /** A folder for this server alone; made when absent. Two processes cannot hold it at once. */
  readonly dataDir: string;
  readonly region: string;
  /** The one pair of credentials that may sign. */
  readonly credentials: Credentials;
  readonly buckets: readonly BucketResource[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Puts an event in a queue. It may throw: the event is offered again until it returns. */
  readonly publish: Publish;
}

export interface S3Server {
  /** Answers one request of a `node:http` server. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Waits for requests and the event in hand, then lets go of the folder. Close the HTTP server first. */
  close(): Promise<void>;
}

/**
 * S3 over its own wire protocol, on one folder. What a killed process left behind is settled here: unreferenced
 * blobs are deleted, unpublished events are published.
 */
export async function openS3(options: S3Options): Promise<S3Server> {
  const { dataDir, region, credentials, clock } = options;
  mkdirSync(dataDir, { recursive: true });
  const database = openDatabase(dataDir);
  const referenced = listReferencedBlobs(database);
  const outbox = openOutbox(database, options.publish);
  const service: Service = {
    region,
    credentials,
    clock,
    buckets: new Map(options.buckets.map((bucket) => [bucket.name, bucket])),
    blobs: openBlobs(dataDir, (blob) => referenced.has(blob)),
    store: openStore(database, outbox.add),
    uploads: openUploadStore(database),
    cors: openCorsStore(database),
    outbox,
  };
  const underway = new Set<Promise<void>>();
  outbox.wake();

  return {
    handle(request, response) {
      const handled = handleRequest(service, request, response).finally(() => underway.delete(handled));
      underway.add(handled);
    },
    async close() {
      await Promise.all(underway);
      await outbox.close();
      database.close();
    },
  };
}
