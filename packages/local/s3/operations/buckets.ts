import { type Answer, answerText, answerXml } from '../answer.ts';
import { receiveText } from '../body.ts';
import { parseCorsConfiguration, writeCorsConfiguration } from '../cors.ts';
import { S3Error } from '../errors.ts';
import { parseNotifications, writeNotifications, writeTestEvent } from '../notifications.ts';
import { type BucketCall, type Call, getCorsRules, getNotifications } from '../service.ts';
import { writeXml } from '../xml.ts';

/** S3 names no location for its first region. */
const UNNAMED_REGION = 'us-east-1';

export async function listBuckets({ service }: Call): Promise<Answer> {
  const CreationDate = new Date(0).toISOString();
  const buckets = [...service.buckets.keys()].sort().map((Name) => ({ Name, CreationDate }));
  return answerXml('ListAllMyBucketsResult', {
    Owner: { ID: service.credentials.accessKeyId },
    Buckets: { Bucket: buckets },
  });
}

export async function headBucket({ service }: BucketCall): Promise<Answer> {
  return { status: 200, headers: { 'x-amz-bucket-region': service.region } };
}

export async function getBucketLocation({ service }: BucketCall): Promise<Answer> {
  const region = service.region === UNNAMED_REGION ? '' : service.region;
  return answerText(writeXml('LocationConstraint', {}).replace('></', `>${region}</`));
}

export async function getBucketCors({ service, bucket }: BucketCall): Promise<Answer> {
  const rules = getCorsRules(service, bucket);
  if (rules.length > 0) return answerText(writeCorsConfiguration(rules));
  throw new S3Error('NoSuchCORSConfiguration', undefined, { BucketName: bucket.name });
}

export async function putBucketCors(call: BucketCall): Promise<Answer> {
  const text = await receiveText(call, { mustBeChecked: true });
  call.service.store.putSetting(call.bucket.name, 'cors', parseCorsConfiguration(text));
  return { status: 200 };
}

export async function deleteBucketCors({ service, bucket }: BucketCall): Promise<Answer> {
  service.store.putSetting(bucket.name, 'cors', []);
  return { status: 204 };
}

export async function getBucketNotification({ service, bucket }: BucketCall): Promise<Answer> {
  const prefix = `arn:aws:sqs:${service.region}:${service.accountId}`;
  const notifications = getNotifications(service, bucket);
  return answerText(writeNotifications(notifications, (queue) => `${prefix}:${queue}`));
}

/** As on S3, every queue named must take a test event before the configuration holds. */
export async function putBucketNotification(call: BucketCall): Promise<Answer> {
  const { service, bucket, request } = call;
  const notifications = parseNotifications(await receiveText(call));
  const testEvent = writeTestEvent(bucket.name, service.clock(), request);
  try {
    for (const { queue } of notifications) await service.publish(queue, testEvent);
  } catch {
    throw new S3Error('InvalidArgument', 'Unable to validate the following destination configurations');
  }
  service.store.putSetting(bucket.name, 'notifications', notifications);
  return { status: 200 };
}
