import type { BucketResource } from '../../core/platform/resources.ts';
import type { Blobs } from './blobs.ts';
import type { CorsStore } from './cors-store.ts';
import { S3Error } from './errors.ts';
import { type EventName, planMessages } from './notifications.ts';
import type { Outbox } from './outbox.ts';
import type { S3Request } from './request.ts';
import type { Credentials } from './signature-v4.ts';
import type { PlanMessages, Store } from './store.ts';
import type { UploadStore } from './upload-store.ts';

/** Everything an operation may use. */
export interface Service {
  readonly region: string;
  readonly credentials: Credentials;
  readonly clock: () => number;
  readonly buckets: ReadonlyMap<string, BucketResource>;
  readonly blobs: Blobs;
  readonly store: Store;
  readonly uploads: UploadStore;
  readonly cors: CorsStore;
  readonly outbox: Outbox;
}

/** A request whose signature has been verified, and what its signer said of the body. */
export interface Call {
  readonly service: Service;
  readonly request: S3Request;
  readonly payloadHash: string;
}

/** A call on a bucket that exists. */
export interface BucketCall extends Call {
  readonly bucket: BucketResource;
}

export interface ObjectCall extends BucketCall {
  readonly key: string;
}

/** Throws NoSuchBucket. */
export function getBucket(service: Service, name: string): BucketResource {
  const bucket = service.buckets.get(name);
  if (bucket) return bucket;
  throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
}

/** How a change of `key` becomes messages, for the store to call inside the change's transaction. */
export function planEvent(
  { service, request, bucket }: BucketCall,
  name: EventName,
  key: string,
  time: number,
  object?: { readonly size: number; readonly etag: string },
): PlanMessages {
  return (sequencer) =>
    planMessages(
      bucket.notifications,
      {
        name,
        region: service.region,
        time,
        bucket: bucket.name,
        key,
        ...(object && { object }),
        origin: {
          accessKeyId: service.credentials.accessKeyId,
          sourceIp: (request.incoming.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
          requestId: request.requestId,
          hostId: request.hostId,
        },
      },
      sequencer,
    );
}
