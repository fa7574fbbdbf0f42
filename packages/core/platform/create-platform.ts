import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openBucket } from './bucket.ts';
import type { Config } from './config.ts';
import { openDataKeys } from './data-keys.ts';
import { createIdGenerator } from './ids.ts';
import { openQueues } from './queue.ts';
import { openTable } from './table.ts';
import type { Platform } from './tenant-scope.ts';

/** Connects a process to its table, bucket, queues and KMS key. Nothing is sent before the first use. */
export function createPlatform(config: Config, clock: () => number): Platform {
  // The mode is the SDK's default. Left out, it is looked for in the files of ~/.aws at every start.
  const dynamo = new DynamoDBClient({ region: config.region, defaultsMode: 'legacy' });
  return {
    table: openTable(dynamo, config.table),
    bucket: openBucket({
      name: config.bucket,
      region: config.region,
      endpoint: config.s3Endpoint,
      credentials: dynamo.config.credentials,
      clock,
    }),
    dataKeys: openDataKeys(config.region, config.kmsKeyId),
    queues: openQueues(config.region, config.queueUrls),
    clock,
    createId: createIdGenerator(clock),
    secret: config.secret,
    previousSecret: config.previousSecret,
    stage: config.stage,
  };
}
