import { resources } from '@loupe/core/resources';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeDeployment, readStatements } from './deployment.ts';
import { ACCOUNT, REGION } from './synth/record.ts';
import { synthesise } from './synth/synthesise.ts';

type Deployment = ReturnType<typeof describeDeployment>;
type Inputs = Readonly<Record<string, never>>;

let production: Deployment;
let personal: Deployment;

beforeAll(async () => {
  production = describeDeployment(await synthesise('production'));
  personal = describeDeployment(await synthesise('anna'));
});

const FUNCTION = 'aws:lambda/function:Function';
const QUEUE = 'aws:sqs/queue:Queue';
const ROLE = 'aws:iam/role:Role';

function nameOf(name: string): string {
  return `loupe-production-${name}`;
}

function arnOfQueue(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${nameOf(name)}`;
}

function listOf(deployment: Deployment, type: string): Inputs[] {
  return deployment.list(type).map(({ inputs }) => inputs as Inputs);
}

describe('the synthesised stage has what the resource list declares', () => {
  test('functions, with their time, memory and temporary storage', () => {
    const made = listOf(production, FUNCTION).map(({ name, timeout, memorySize, ephemeralStorage }) => ({
      name,
      timeout,
      memorySize,
      ephemeralStorage,
    }));
    expect(made).toHaveLength(resources.functions.length);
    for (const { name, timeoutSeconds, memoryMb, temporaryStorageMb = 512 } of resources.functions) {
      expect(made).toContainEqual({
        name: nameOf(name),
        timeout: timeoutSeconds,
        memorySize: memoryMb,
        ephemeralStorage: { size: temporaryStorageMb },
      });
    }
  });

  test('queues, with visibility, retention and dead-letter queue', () => {
    expect(production.list(QUEUE)).toHaveLength(resources.queues.length);
    for (const { name, visibilityTimeoutSeconds, retentionSeconds, deadLetter } of resources.queues) {
      const made = production.find(QUEUE, 'name', nameOf(name));
      expect(made).toMatchObject({ visibilityTimeoutSeconds, messageRetentionSeconds: retentionSeconds });
      expect(made.redrivePolicy && JSON.parse(String(made.redrivePolicy))).toEqual(
        deadLetter && {
          deadLetterTargetArn: arnOfQueue(deadLetter.queue),
          maxReceiveCount: deadLetter.maxReceiveCount,
        },
      );
    }
  });

  test('the table, with its keys, indexes and expiry', () => {
    const [declared] = resources.tables;
    const [made] = listOf(production, 'aws:dynamodb/table:Table');
    expect(production.list('aws:dynamodb/table:Table')).toHaveLength(resources.tables.length);
    expect(made).toMatchObject({
      billingMode: 'PAY_PER_REQUEST',
      hashKey: declared?.partitionKey,
      rangeKey: declared?.sortKey,
      ttl: { attributeName: declared?.ttlAttribute, enabled: true },
    });
    expect(made?.globalSecondaryIndexes).toEqual(
      declared?.indexes.map((index) => ({
        name: index.name,
        hashKey: index.partitionKey,
        rangeKey: index.sortKey,
        projectionType: index.projection,
      })),
    );
  });

  test('event source mappings', () => {
    const made = listOf(production, 'aws:lambda/eventSourceMapping:EventSourceMapping');
    expect(made).toHaveLength(resources.eventSources.length);
    for (const source of resources.eventSources) {
      expect(made).toContainEqual({
        eventSourceArn: arnOfQueue(source.queue),
        functionName: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${nameOf(source.function)}`,
        functionResponseTypes: ['ReportBatchItemFailures'],
        batchSize: source.batchSize,
        maximumBatchingWindowInSeconds: source.batchWindowSeconds,
        scalingConfig: { maximumConcurrency: source.maximumConcurrency },
      });
    }
  });

  test('routes and schedules', () => {
    const routes = listOf(production, 'aws:apigatewayv2/route:Route').map(({ routeKey }) => routeKey);
    expect(routes.toSorted()).toEqual(
      resources.routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
    const schedules = listOf(production, 'aws:scheduler/schedule:Schedule');
    expect(schedules).toHaveLength(resources.schedules.length);
    for (const { everySeconds, function: target } of resources.schedules) {
      const minutes = everySeconds / 60;
      expect(schedules).toContainEqual(
        expect.objectContaining({
          scheduleExpression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
          state: 'ENABLED',
          target: expect.objectContaining({
            arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${nameOf(target)}`,
          }),
        }),
      );
    }
  });

  test('the bucket, with CORS and notifications, and the key', () => {
    const [declared] = resources.buckets;
    const [cors] = listOf(production, 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration');
    expect(cors?.corsRules).toEqual(declared?.cors);
    const [notification] = listOf(production, 'aws:s3/bucketNotification:BucketNotification');
    expect(notification?.queues).toEqual(
      declared?.notifications.map(({ events, prefix, suffix, queue }) => ({
        id: expect.any(String),
        events,
        ...(prefix !== undefined && { filterPrefix: prefix }),
        ...(suffix !== undefined && { filterSuffix: suffix }),
        queueArn: arnOfQueue(queue),
      })),
    );
    const sealing = listOf(production, 'aws:kms/key:Key').filter(({ description }) =>
      String(description).startsWith('Seals'),
    );
    expect(sealing).toHaveLength(resources.keys.length);
  });
});

describe('data at rest and on its way', () => {
  test('every queue is encrypted, and hides a message for six times what its function may take', () => {
    for (const { inputs } of production.list(QUEUE))
      expect(inputs).toMatchObject({ sqsManagedSseEnabled: true });
    for (const { queue, function: consumer } of resources.eventSources) {
      const { timeout } = production.find(FUNCTION, 'name', nameOf(consumer)) as Inputs;
      const { visibilityTimeoutSeconds } = production.find(QUEUE, 'name', nameOf(queue)) as Inputs;
      expect(Number(visibilityTimeoutSeconds)).toBeGreaterThanOrEqual(6 * Number(timeout));
    }
  });

  test('the bucket is private, answers over TLS alone, and drops the parts of uploads given up', () => {
    expect(listOf(production, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock')).toMatchObject([
      { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    ]);
    const policies = listOf(production, 'aws:s3/bucketPolicy:BucketPolicy');
    expect(policies).toHaveLength(1);
    expect(readStatements(policies[0]?.policy)).toMatchObject([
      {
        Effect: 'Deny',
        Action: ['s3:*'],
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
      },
    ]);
    expect(
      listOf(production, 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration'),
    ).toMatchObject([
      { rules: [{ status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } }] },
    ]);
  });

  test('the key that seals tenants’ secrets rotates', () => {
    expect(listOf(production, 'aws:kms/key:Key')).toContainEqual(
      expect.objectContaining({
        description: expect.stringContaining('Seals'),
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      }),
    );
  });

  test('every log group ends some day', () => {
    const groups = listOf(production, 'aws:cloudwatch/logGroup:LogGroup');
    expect(groups.length).toBeGreaterThan(resources.functions.length);
    for (const { retentionInDays } of groups) expect(retentionInDays).toBe(90);
    for (const { retentionInDays } of listOf(personal, 'aws:cloudwatch/logGroup:LogGroup')) {
      expect(retentionInDays).toBe(7);
    }
  });
});

describe('permanent stages keep what others may lose', () => {
  test('production recovers its table to any second and protects it, its bucket stays', () => {
    expect(listOf(production, 'aws:dynamodb/table:Table')).toMatchObject([
      { deletionProtectionEnabled: true, pointInTimeRecovery: { enabled: true } },
    ]);
    expect(listOf(production, 'aws:s3/bucket:Bucket')).toMatchObject([{ forceDestroy: false }]);
  });

  test('a personal stage can be removed', () => {
    expect(listOf(personal, 'aws:dynamodb/table:Table')).toMatchObject([
      { deletionProtectionEnabled: false, pointInTimeRecovery: { enabled: false } },
    ]);
    expect(listOf(personal, 'aws:s3/bucket:Bucket')).toMatchObject([{ forceDestroy: true }]);
  });
});

describe('what SST 4.17.1 would leave open', () => {
  test('a function’s role is for Lambda alone, not for whoever the account trusts', () => {
    const roles = listOf(production, ROLE).filter(({ name }) => !String(name).includes('Schedule'));
    expect(roles).toHaveLength(resources.functions.length);
    for (const { assumeRolePolicy } of roles) {
      expect(readStatements(assumeRolePolicy).map(({ Principal }) => Principal)).toEqual([
        { Service: 'lambda.amazonaws.com' },
      ]);
    }
  });

  test('a scheduler’s role is for schedules of this account', () => {
    const roles = listOf(production, ROLE).filter(({ name }) => String(name).includes('Schedule'));
    expect(roles).toHaveLength(resources.schedules.length);
    for (const { assumeRolePolicy } of roles) {
      expect(readStatements(assumeRolePolicy)).toMatchObject([
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
        },
      ]);
    }
  });

  test('only this bucket of this account may send to the queue it notifies', () => {
    const [bucket] = listOf(production, 'aws:s3/bucket:Bucket');
    for (const { policy } of listOf(production, 'aws:sqs/queuePolicy:QueuePolicy')) {
      expect(readStatements(policy)).toMatchObject([
        {
          Principal: { Service: 's3.amazonaws.com' },
          Condition: {
            ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${bucket?.bucket}` },
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
          },
        },
      ]);
    }
  });

  test('functions run on arm64 and Node 24 and log JSON', () => {
    for (const inputs of listOf(production, FUNCTION)) {
      expect(inputs).toMatchObject({
        architectures: ['arm64'],
        runtime: 'nodejs24.x',
        loggingConfig: { logFormat: 'JSON' },
      });
    }
  });

  test('the API takes so many requests a second and no more', () => {
    expect(listOf(production, 'aws:apigatewayv2/stage:Stage')).toMatchObject([
      { defaultRouteSettings: { throttlingBurstLimit: 5000, throttlingRateLimit: 10_000 } },
    ]);
  });
});

describe('alarms', () => {
  const listAlarms = () => listOf(production, 'aws:cloudwatch/metricAlarm:MetricAlarm');

  test('watch every dead-letter queue, the age of every other, and the errors and throttles of every function', () => {
    const names = listAlarms().map(({ name }) => name);
    for (const { name, deadLetter } of resources.queues) {
      expect(names).toContain(nameOf(deadLetter ? `${name}-late` : `${name}-letters`));
    }
    for (const { name } of resources.functions) {
      expect(names).toContain(nameOf(`${name}-errors`));
      expect(names).toContain(nameOf(`${name}-throttles`));
    }
    expect(names).toEqual(
      expect.arrayContaining(['api-faults', 'api-slow', 'provider-outage', 'model-spend'].map(nameOf)),
    );
  });

  test('tell somebody, when they go off and when they are over', () => {
    const topic = `arn:aws:sns:${REGION}:${ACCOUNT}:${nameOf('alarms')}`;
    for (const inputs of listAlarms())
      expect(inputs).toMatchObject({ alarmActions: [topic], okActions: [topic] });
  });

  // AWS's own key for SNS, `alias/aws/sns`, admits no alarm, and its policy can not be changed:
  // https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
  test('get through to their topic, whose key CloudWatch may use', () => {
    const [topic] = listOf(production, 'aws:sns/topic:Topic');
    const key = production
      .list('aws:kms/key:Key')
      .find(({ inputs }) => String(inputs.description).startsWith('Alarms'));
    expect(topic?.kmsMasterKeyId).toMatch(/:key\/alarmskey$/);
    const [, forCloudWatch] = readStatements(key?.inputs.policy);
    expect(forCloudWatch).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    });
  });
});
