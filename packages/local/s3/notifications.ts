import type { BucketNotification } from '@loupe/core/resources';
import { createNotImplemented, S3Error } from './errors.ts';
import { encodeKeyForListing } from './uri.ts';
import { parseXml, readChildren, readElements, readText, readTexts, writeXml } from './xml.ts';

export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete';

/** What a bucket tells a queue, and the name the client gave it, if any. */
export type Notification = BucketNotification & { readonly id?: string };

export interface QueuedMessage {
  readonly queue: string;
  readonly body: string;
}

interface RequestIds {
  readonly requestId: string;
  readonly hostId: string;
}

export interface ObjectEvent extends RequestIds {
  readonly name: EventName;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly bucket: string;
  readonly key: string;
  /** Absent for a removal. */
  readonly object?: { readonly size: number; readonly etag: string } | undefined;
  readonly accessKeyId: string;
  readonly sourceIp: string;
}

/** True when a configured type such as `s3:ObjectCreated:*` or `s3:ObjectCreated:Put` covers the event. */
export function matchesEventType(configured: string, name: EventName): boolean {
  const type = configured.replace(/^s3:/, '');
  return type.endsWith(':*') ? name.startsWith(type.slice(0, -1)) : type === name;
}

/** Hexadecimal that grows with every event, so that two events of one key can be ordered. */
export function formatSequencer(value: number): string {
  return value.toString(16).toUpperCase().padStart(18, '0');
}

const getId = ({ id }: Notification, index: number) => id ?? `notification-${index + 1}`;

/** The messages an event owes to the bucket's notifications. */
export function planMessages(
  notifications: readonly Notification[],
  event: ObjectEvent,
  sequencer: string,
): QueuedMessage[] {
  return notifications.flatMap((notification, index) => {
    const { events, prefix = '', suffix = '', queue } = notification;
    const isMeant =
      events.some((configured) => matchesEventType(configured, event.name)) &&
      event.key.startsWith(prefix) &&
      event.key.endsWith(suffix);
    return isMeant ? [{ queue, body: writeEvent(event, getId(notification, index), sequencer) }] : [];
  });
}

/**
 * The message S3 puts in a queue, event structure 2.1: the key is URL-encoded with `+` for a space, the ETag
 * has no quotes. Source: S3 User Guide, "Event message structure".
 */
function writeEvent(event: ObjectEvent, configurationId: string, sequencer: string): string {
  const { bucket, object } = event;
  const principal = { principalId: `AWS:${event.accessKeyId}` };
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: event.region,
    eventTime: new Date(event.time).toISOString(),
    eventName: event.name,
    userIdentity: principal,
    requestParameters: { sourceIPAddress: event.sourceIp },
    responseElements: { 'x-amz-request-id': event.requestId, 'x-amz-id-2': event.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: bucket, ownerIdentity: principal, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeKeyForListing(event.key),
        ...(object && { size: object.size, eTag: object.etag }),
        sequencer,
      },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/** What S3 sends to a queue when a notification to it is set up. Source: the same page, at its end. */
export function writeTestEvent(bucket: string, time: number, { requestId, hostId }: RequestIds): string {
  const Time = new Date(time).toISOString();
  const ids = { RequestId: requestId, HostId: hostId };
  return JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Time, Bucket: bucket, ...ids });
}

/** Reads the queues of a configuration. Throws MalformedXML, InvalidArgument, NotImplemented for other targets. */
export function parseNotifications(xml: string): Notification[] {
  const configuration = parseXml(xml, 'NotificationConfiguration');
  const other = Object.keys(configuration).find((name) => /(?<!^Queue)Configuration$/.test(name));
  if (other !== undefined) throw createNotImplemented(other);
  return readElements(configuration, 'QueueConfiguration').map((element) => {
    const children = readChildren(element);
    const id = readText(children, 'Id');
    const queue = /^arn:aws:sqs:[^:]+:[^:]*:([^:]+)$/.exec(readText(children, 'Queue') ?? '')?.[1];
    if (queue === undefined) throw new S3Error('InvalidArgument', 'The ARN could not be parsed');
    const events = readTexts(children, 'Event');
    if (events.length === 0 || !events.every((event) => /^s3:\w+:(\w+|\*)$/.test(event))) {
      throw new S3Error('InvalidArgument', 'The event is not supported for notifications');
    }
    const filter = readChildren(readChildren(children.Filter ?? '').S3Key ?? '');
    const rules = readElements(filter, 'FilterRule').map((rule) => {
      const name = readText(readChildren(rule), 'Name')?.toLowerCase() ?? '';
      if (name === 'prefix' || name === 'suffix') return [name, readText(readChildren(rule), 'Value') ?? ''];
      throw new S3Error('InvalidArgument', 'filter rule name must be either prefix or suffix');
    });
    return { queue, events, ...Object.fromEntries(rules), ...(id !== undefined && { id }) };
  });
}

/** `formatArn` gives a queue's ARN. */
export function writeNotifications(
  notifications: readonly Notification[],
  formatArn: (queue: string) => string,
): string {
  return writeXml('NotificationConfiguration', {
    QueueConfiguration: notifications.map((notification, index) => {
      const filters = Object.entries({ Prefix: notification.prefix, Suffix: notification.suffix });
      const rules = filters.flatMap(([Name, Value]) => (Value === undefined ? [] : [{ Name, Value }]));
      return {
        Id: getId(notification, index),
        Queue: formatArn(notification.queue),
        Event: notification.events,
        Filter: rules.length > 0 ? { S3Key: { FilterRule: rules } } : undefined,
      };
    }),
  });
}
