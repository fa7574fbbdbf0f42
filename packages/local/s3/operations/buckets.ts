import { type Answer, answerXml } from '../answer.ts';
import { parseCorsConfiguration, writeCorsConfiguration } from '../cors.ts';
import { S3Error } from '../errors.ts';
import { receiveText } from '../payload.ts';
import type { BucketCall, Call } from '../service.ts';
import { writeXml } from '../xml.ts';

/** S3 names no location for its first region. */
const UNNAMED_REGION = 'us-east-1';

export async function listBuckets({ service }: Call): Promise<Answer> {
  return answerXml(
    writeXml('ListAllMyBucketsResult', {
      Owner: { ID: service.credentials.accessKeyId },
      Buckets: {
        Bucket: [...service.buckets.keys()]
          .sort()
          .map((name) => ({ Name: name, CreationDate: new Date(0).toISOString() })),
      },
    }),
  );
}

export async function headBucket({ service }: BucketCall): Promise<Answer> {
  return { status: 200, headers: { 'x-amz-bucket-region': service.region } };
}

export async function getBucketLocation({ service }: BucketCall): Promise<Answer> {
  const region = service.region === UNNAMED_REGION ? '' : service.region;
  const xml = writeXml('LocationConstraint', {}).replace('></', `>${region}</`);
  return answerXml(xml);
}

export async function getBucketCors({ service, bucket }: BucketCall): Promise<Answer> {
  const rules = service.cors.get(bucket);
  if (rules.length === 0) {
    throw new S3Error('NoSuchCORSConfiguration', undefined, { BucketName: bucket.name });
  }
  return answerXml(writeCorsConfiguration(rules));
}

export async function putBucketCors(call: BucketCall): Promise<Answer> {
  const { text, isChecked } = await receiveText(call);
  if (!isChecked) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  call.service.cors.put(call.bucket, parseCorsConfiguration(text));
  return { status: 200 };
}

export async function deleteBucketCors({ service, bucket }: BucketCall): Promise<Answer> {
  service.cors.put(bucket, []);
  return { status: 204 };
}
