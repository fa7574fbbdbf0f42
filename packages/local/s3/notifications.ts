import type { BucketNotification } from '../../core/platform/resources.ts';
import { encodeKeyForListing } from './uri.ts';

export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete';

/** Who asked, as the event reports it. */
export interface EventOrigin {
  readonly accessKeyId: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly hostId: string;
}

export interface ObjectEvent {
  readonly name: EventName;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly bucket: string;
  readonly key: string;
  /** Absent for a removal. */
  readonly object?: { readonly size: number; readonly etag: string };
  readonly origin: EventOrigin;
}

/** True when a configured type such as `s3:ObjectCreated:*` or `s3:ObjectCreated:Put` covers the event. */
export function matchesEventType(configured: string, name: EventName): boolean {
  const type = configured.replace(/^s3:/, '');
  return type.endsWith(':*') ? name.startsWith(type.slice(0, -1)) : type === name;
}

function matchesNotification(notification: BucketNotification, name: EventName, key: string): boolean {
  return (
    notification.events.some((configured) => matchesEventType(configured, name)) &&
    key.startsWith(notification.prefix ?? '') &&
    key.endsWith(notification.suffix ?? '')
  );
}

/** Hexadecimal that grows with every event, so that two events of one key can be ordered. */
export function formatSequencer(value: number): string {
  return value.toString(16).toUpperCase().padStart(18, '0');
}

/**
 * The message S3 puts in a queue, event structure 2.1: the key is URL-encoded with `+` for a space, the ETag
 * has no quotes. Source: S3 User Guide, "Event message structure".
 */
function writeEventMessage(event: ObjectEvent, configurationId: string, sequencer: string): string {
  const { origin, object } = event;
  const principal = { principalId: `AWS:${origin.accessKeyId}` };
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: event.region,
        eventTime: new Date(event.time).toISOString(),
        eventName: event.name,
        userIdentity: principal,
        requestParameters: { sourceIPAddress: origin.sourceIp },
        responseElements: { 'x-amz-request-id': origin.requestId, 'x-amz-id-2': origin.hostId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId,
          bucket: { name: event.bucket, ownerIdentity: principal, arn: `arn:aws:s3:::${event.bucket}` },
          object: {
            key: encodeKeyForListing(event.key),
            ...(object && { size: object.size, eTag: object.etag }),
            sequencer,
          },
        },
      },
    ],
  });
}

export interface QueuedMessage {
  readonly queue: string;
  readonly body: string;
}

/** The messages an event owes to the bucket's notifications. */
export function planMessages(
  notifications: readonly BucketNotification[],
  event: ObjectEvent,
  sequencer: string,
): QueuedMessage[] {
  return notifications.flatMap((notification, index) =>
    matchesNotification(notification, event.name, event.key)
      ? [
          {
            queue: notification.queue,
            body: writeEventMessage(event, `notification-${index + 1}`, sequencer),
          },
        ]
      : [],
  );
}
