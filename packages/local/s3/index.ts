import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BucketResource } from '@loupe/core/resources';
import { type Faults, NO_FAULTS } from '../faults.ts';
import { LOCAL_ACCOUNT } from '../service-environment.ts';
import { openBlobs } from './blobs.ts';
import { handleRequest } from './handler.ts';
import { writeTestEvent } from './notifications.ts';
import { openOutbox, type Publish } from './outbox.ts';
import type { Service } from './service.ts';
import type { Credentials } from './signature-v4.ts';
import { openStore, type Store } from './store.ts';

export interface S3Options {
  /** A folder for this server alone; made when absent. Two processes cannot hold it at once. */
  readonly dataDir: string;
  readonly region: string;
  /** The one pair of credentials that may sign. */
  readonly credentials: Credentials;
  readonly buckets: readonly BucketResource[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly publish: Publish;
  /** Sends S3's test event to every queue that `buckets` did not name at an earlier open. Default: false. */
  readonly testEvents?: boolean;
  /** Those whose names begin with `s3.`. Default: none. */
  readonly faults?: Faults;
  /** One line on what went wrong inside the server. */
  readonly log?: (line: string) => void;
}

export interface S3Server {
  /** Answers one request of a `node:http` server. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Waits for requests and the event in hand, then lets go of the folder. Close the HTTP server first. */
  close(): Promise<void>;
}

/**
 * S3 over its own wire protocol, on one folder. What a killed process left behind is settled here: unreferenced
 * blobs are deleted, unpublished events are published. Throws `DataFolderError` when a file of the folder is damaged or
 * missing.
 */
export async function openS3(options: S3Options): Promise<S3Server> {
  const { dataDir, buckets, clock, publish, faults = NO_FAULTS, log = () => undefined } = options;
  mkdirSync(dataDir, { recursive: true });
  const store = openStore(dataDir);
  try {
    const service: Service = {
      ...options,
      accountId: LOCAL_ACCOUNT.accountId,
      buckets: new Map(buckets.map((bucket) => [bucket.name, bucket])),
      blobs: openBlobs(dataDir, store.listBlobs()),
      store,
      outbox: openOutbox(store, publish),
      faults,
      log,
    };
    if (options.testEvents) for (const bucket of buckets) announceNotifications(store, bucket, clock());
    service.outbox.wake();
    return serve(service);
  } catch (error) {
    store.close();
    throw error;
  }
}

function serve(service: Service): S3Server {
  const underway = new Set<Promise<void>>();
  return {
    handle(request, response) {
      const handled = handleRequest(service, request, response).finally(() => underway.delete(handled));
      underway.add(handled);
    },
    async close() {
      await Promise.all(underway);
      await service.outbox.close();
      service.store.close();
    },
  };
}

/** A queue that the resource list did not name at an earlier start gets the test event S3 sends it. */
function announceNotifications(store: Store, { name, notifications }: BucketResource, time: number): void {
  const known = store.getSetting<string[]>(name, 'announced') ?? [];
  const queues = [...new Set(notifications.map(({ queue }) => queue))];
  const added = queues.filter((queue) => !known.includes(queue));
  if (added.length === 0 && queues.length === known.length) return;
  const body = writeTestEvent(name, time, { requestId: 'SETUP', hostId: 'SETUP' });
  store.putSetting(
    name,
    'announced',
    queues,
    added.map((queue) => ({ queue, body })),
  );
}
