import { type BucketNotification, resources } from '../packages/core/platform/resources.ts';
import { renderComponentName } from './component-name.ts';
import { options } from './environment.ts';
import { admitOnlyBucket } from './hardening.ts';
import { takeOnly } from './names.ts';
import { findQueue } from './queues.ts';

const declared = takeOnly(resources.buckets, 'bucket');

/** Private, and reached over TLS alone: that is SST's default. */
export const bucket = new sst.aws.Bucket(renderComponentName(declared.name), {
  // Objects are written once, and gone when they are deleted: versions would keep what a tenant had erased.
  versioning: false,
  lifecycle: [{ id: 'abandoned-parts' }],
  transform: {
    // Parts of an upload that was given up are paid for and seen by nobody.
    lifecycle: {
      rules: [
        {
          id: 'abandoned-parts',
          status: 'Enabled',
          abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
        },
      ],
    },
    bucket: { forceDestroy: !$app.protect },
    cors: {
      corsRules: declared.cors.map((rule) => ({
        allowedOrigins: rule.allowedOrigins.includes('*') ? [...options.origins] : [...rule.allowedOrigins],
        allowedMethods: [...rule.allowedMethods],
        allowedHeaders: [...rule.allowedHeaders],
        exposeHeaders: [...rule.exposeHeaders],
        maxAgeSeconds: rule.maxAgeSeconds,
      })),
    },
  },
});

admitOnlyBucket(bucket.arn);

bucket.notify({ notifications: declared.notifications.map(describeNotification) });

function describeNotification({ queue, events, prefix, suffix }: BucketNotification) {
  return {
    name: renderComponentName(queue),
    queue: findQueue(queue).arn,
    events: events as 's3:ObjectCreated:*'[],
    ...(prefix !== undefined && { filterPrefix: prefix }),
    ...(suffix !== undefined && { filterSuffix: suffix }),
  };
}
