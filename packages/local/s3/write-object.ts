import { getChecksumHeader } from './checksums.ts';
import { createNotImplemented } from './errors.ts';
import type { EventName } from './notifications.ts';
import type { ObjectAttributes, ObjectRecord, WritePrecondition } from './object-record.ts';
import type { ReceivedBody } from './payload.ts';
import { type BucketCall, planEvent } from './service.ts';

/** `If-None-Match: *` and `If-Match` of a write. Throws NotImplemented for an ETag in If-None-Match. */
export function readWritePrecondition(headers: ReadonlyMap<string, string>): WritePrecondition {
  const ifNoneMatch = headers.get('if-none-match');
  const ifMatch = headers.get('if-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw createNotImplemented('If-None-Match with anything but *');
  }
  return {
    ...(ifNoneMatch !== undefined && { mustBeAbsent: true }),
    ...(ifMatch !== undefined && { ifMatch }),
  };
}

/** Makes a received body the object of `key`: the blob first, then row and event in one transaction. */
export function writeObject(
  call: BucketCall,
  received: Omit<ReceivedBody, 'requested'>,
  object: {
    readonly key: string;
    readonly attributes: ObjectAttributes;
    readonly event: EventName;
    readonly precondition: WritePrecondition;
  },
): ObjectRecord {
  const { service, bucket } = call;
  const { size } = received.draft;
  const segments = [{ blob: received.draft.keep(), size }];
  const record: ObjectRecord = {
    bucket: bucket.name,
    key: object.key,
    segments,
    size,
    etag: received.md5.toString('hex'),
    lastModified: service.clock(),
    attributes: object.attributes,
    checksum: { ...received.checksum, type: 'FULL_OBJECT' },
    parts: 0,
  };
  const plan = planEvent(call, object.event, object.key, record.lastModified, record);
  try {
    service.blobs.remove(service.store.putObject(record, object.precondition, plan));
  } catch (error) {
    service.blobs.remove(segments);
    throw error;
  }
  service.outbox.wake();
  return record;
}

export function writeChecksumHeaders({ checksum }: Pick<ObjectRecord, 'checksum'>): Record<string, string> {
  return { [getChecksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
