import type { BucketResource } from '@loupe/core/resources';
import type { Faults } from '../faults.ts';
import type { Blobs, Draft } from './blobs.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { BucketCorsRule } from './cors.ts';
import { S3Error } from './errors.ts';
import { type EventName, type Notification, planMessages } from './notifications.ts';
import type { Outbox, Publish } from './outbox.ts';
import type { ObjectAttributes, ObjectRecord, WritePrecondition } from './records.ts';
import type { S3Request } from './request.ts';
import type { Credentials } from './signature-v4.ts';
import type { PlanMessages, Store } from './store.ts';

/** Everything an operation may use. */
export interface Service {
  readonly region: string;
  readonly accountId: string;
  readonly credentials: Credentials;
  readonly clock: () => number;
  readonly buckets: ReadonlyMap<string, BucketResource>;
  readonly blobs: Blobs;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly publish: Publish;
  readonly faults: Faults;
  readonly log: (line: string) => void;
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

/** A body written aside and verified, not yet an object. */
export interface ReceivedBody {
  readonly draft: Draft;
  readonly md5: Buffer;
  /** Of the algorithm the client named, else of the one asked for. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** Throws NoSuchBucket. */
export function getBucket(service: Service, name = ''): BucketResource {
  const bucket = service.buckets.get(name);
  if (bucket) return bucket;
  throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
}

/** Throws NoSuchKey. */
export function getObjectRecord(service: Service, bucket: string, key: string): ObjectRecord {
  const object = service.store.getObject(bucket, key);
  if (object) return object;
  throw new S3Error('NoSuchKey', undefined, { Key: key });
}

/** The rules in force: those set through the API, else those of the resource list. */
export function getCorsRules({ store }: Service, bucket: BucketResource): readonly BucketCorsRule[] {
  return store.getSetting<BucketCorsRule[]>(bucket.name, 'cors') ?? bucket.cors;
}

export function getNotifications({ store }: Service, bucket: BucketResource): readonly Notification[] {
  return store.getSetting<Notification[]>(bucket.name, 'notifications') ?? bucket.notifications;
}

/** How a change of `key` becomes messages, for the store to call inside the change's transaction. */
export function planEvent(
  { service, request, bucket }: BucketCall,
  name: EventName,
  key: string,
  object?: ObjectRecord,
): PlanMessages {
  const event = {
    name,
    region: service.region,
    time: object?.lastModified ?? service.clock(),
    bucket: bucket.name,
    key,
    object,
    accessKeyId: service.credentials.accessKeyId,
    sourceIp: request.sourceIp,
    requestId: request.requestId,
    hostId: request.hostId,
  };
  return (sequencer) => planMessages(getNotifications(service, bucket), event, sequencer);
}

/** Puts an object in the place of what is there, row and event in one transaction; its blobs are written already. */
export function commitObject(
  call: BucketCall,
  object: ObjectRecord,
  event: EventName,
  precondition: WritePrecondition,
): void {
  const { service } = call;
  const plan = planEvent(call, event, object.key, object);
  service.blobs.remove(service.store.putObject(object, precondition, plan));
  service.outbox.wake();
}

/** Makes a received body the object of `key`. */
export function writeObject(
  call: BucketCall,
  { draft, md5, checksum }: ReceivedBody,
  { key, attributes }: { readonly key: string; readonly attributes: ObjectAttributes },
  event: EventName,
  precondition: WritePrecondition = {},
): ObjectRecord {
  const { service, bucket } = call;
  const { size } = draft;
  const object: ObjectRecord = {
    bucket: bucket.name,
    key,
    segments: [{ blob: draft.keep(), size }],
    size,
    etag: md5.toString('hex'),
    lastModified: service.clock(),
    attributes,
    checksum: { ...checksum, type: 'FULL_OBJECT' },
    parts: 0,
  };
  try {
    commitObject(call, object, event, precondition);
  } catch (error) {
    service.blobs.remove(object.segments);
    throw error;
  }
  return object;
}
