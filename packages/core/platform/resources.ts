/**
 * The cloud resources Loupe runs on, as plain data. One list for every place that makes them:
 * `stacks/` turns it into AWS resources, `packages/local` into the local cloud.
 */

export interface IndexResource {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

/** A DynamoDB table; every key attribute is a string. */
export interface TableResource {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly IndexResource[];
  readonly ttlAttribute?: string;
}

export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

export interface BucketNotification {
  /** S3 event types, e.g. `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix?: string;
  readonly suffix?: string;
  /** Name of the queue that receives the event. */
  readonly queue: string;
}

export interface BucketResource {
  readonly name: string;
  readonly cors: readonly CorsRule[];
  readonly notifications: readonly BucketNotification[];
}

/** A standard SQS queue. */
export interface QueueResource {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** A symmetric KMS key for encryption, known by the alias `alias/<name>`. */
export interface KeyResource {
  readonly name: string;
}

export interface FunctionResource {
  readonly name: string;
  /** `<file relative to the repository>#<export>`, e.g. `packages/functions/api.ts#handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Size of `/tmp`, MB; 512 without. */
  readonly temporaryStorageMb?: number;
}

/** An SQS event source mapping with `ReportBatchItemFailures`. */
export interface EventSourceResource {
  readonly queue: string;
  readonly function: string;
  readonly batchSize: number;
  readonly batchWindowSeconds: number;
  readonly maximumConcurrency: number;
}

export interface RouteResource {
  /** HTTP method, or `ANY`. */
  readonly method: string;
  readonly path: string;
  readonly function: string;
}

export interface ScheduleResource {
  readonly name: string;
  readonly everySeconds: number;
  readonly function: string;
}

export interface Resources {
  readonly tables: readonly TableResource[];
  readonly buckets: readonly BucketResource[];
  readonly queues: readonly QueueResource[];
  readonly keys: readonly KeyResource[];
  readonly functions: readonly FunctionResource[];
  readonly eventSources: readonly EventSourceResource[];
  readonly routes: readonly RouteResource[];
  readonly schedules: readonly ScheduleResource[];
}

const DAY_SECONDS = 86_400;
const DEAD_LETTER_RETENTION_SECONDS = 14 * DAY_SECONDS;
/** AWS asks for at least six times the function's timeout. */
const VISIBILITY_FACTOR = 6;
const MAX_RECEIVE_COUNT = 8;
/** A message that waits for its place with a provider comes back again and again; its row counts the attempts. */
const MAX_RECEIVE_COUNT_OF_WAITING = 200;

interface PipelineStep {
  /** Of the queue and of the function behind it. */
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly temporaryStorageMb?: number;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
}

const pipeline: readonly PipelineStep[] = [
  { name: 'intake', timeoutSeconds: 20, memoryMb: 512, batchSize: 10, maximumConcurrency: 10 },
  // A file that came in parts, up to 512 MiB, lies in `/tmp`.
  {
    name: 'convert',
    timeoutSeconds: 60,
    memoryMb: 2048,
    temporaryStorageMb: 1024,
    batchSize: 1,
    maximumConcurrency: 10,
  },
  // What 3008 MB bring of processors is what a new account may have; the decoder has its file in `/tmp`, too.
  {
    name: 'convert-video',
    timeoutSeconds: 120,
    memoryMb: 3008,
    temporaryStorageMb: 1536,
    batchSize: 1,
    maximumConcurrency: 10,
  },
  { name: 'infer', timeoutSeconds: 120, memoryMb: 1536, batchSize: 1, maximumConcurrency: 10 },
  { name: 'deliver', timeoutSeconds: 20, memoryMb: 512, batchSize: 1, maximumConcurrency: 10 },
  // The figures of ten million results take a third of the longest time that there is.
  { name: 'evaluate', timeoutSeconds: 900, memoryMb: 2048, batchSize: 1, maximumConcurrency: 10 },
  { name: 'leave', timeoutSeconds: 120, memoryMb: 512, batchSize: 1, maximumConcurrency: 5 },
];

export const resources: Resources = {
  tables: [
    {
      name: 'loupe',
      partitionKey: 'pk',
      sortKey: 'sk',
      indexes: [
        { name: 'byTenant', partitionKey: 'tenantPk', sortKey: 'tenantSk', projection: 'ALL' },
        { name: 'byParent', partitionKey: 'parentPk', sortKey: 'parentSk', projection: 'ALL' },
        { name: 'byDue', partitionKey: 'duePk', sortKey: 'dueSk', projection: 'KEYS_ONLY' },
      ],
      ttlAttribute: 'ttl',
    },
  ],
  buckets: [
    {
      name: 'loupe-samples',
      cors: [
        {
          allowedOrigins: ['*'],
          allowedMethods: ['GET', 'HEAD', 'POST', 'PUT'],
          allowedHeaders: ['*'],
          exposeHeaders: ['ETag'],
          maxAgeSeconds: 3600,
        },
      ],
      notifications: [{ events: ['s3:ObjectCreated:*'], suffix: '/original', queue: 'intake' }],
    },
  ],
  queues: pipeline.flatMap(({ name, timeoutSeconds }) => [
    {
      name,
      visibilityTimeoutSeconds: VISIBILITY_FACTOR * timeoutSeconds,
      retentionSeconds: 4 * DAY_SECONDS,
      deadLetter: {
        queue: `${name}-dead`,
        maxReceiveCount: name === 'infer' ? MAX_RECEIVE_COUNT_OF_WAITING : MAX_RECEIVE_COUNT,
      },
    },
    { name: `${name}-dead`, visibilityTimeoutSeconds: 30, retentionSeconds: DEAD_LETTER_RETENTION_SECONDS },
  ]),
  keys: [{ name: 'loupe' }],
  functions: [
    { name: 'api', handler: 'packages/functions/api.ts#handler', timeoutSeconds: 29, memoryMb: 1024 },
    ...pipeline.map(({ name, timeoutSeconds, memoryMb, temporaryStorageMb }) => ({
      name,
      handler: `packages/functions/${name}.ts#handler`,
      timeoutSeconds,
      memoryMb,
      ...(temporaryStorageMb !== undefined && { temporaryStorageMb }),
    })),
    { name: 'sweep', handler: 'packages/functions/sweep.ts#handler', timeoutSeconds: 50, memoryMb: 512 },
  ],
  eventSources: pipeline.map(({ name, batchSize, maximumConcurrency }) => ({
    queue: name,
    function: name,
    batchSize,
    batchWindowSeconds: 0,
    maximumConcurrency,
  })),
  routes: [
    { method: 'ANY', path: '/graphql', function: 'api' },
    { method: 'GET', path: '/health', function: 'api' },
  ],
  schedules: [{ name: 'sweep', everySeconds: 60, function: 'sweep' }],
};

/** The variable that tells the functions a queue's address: `intake-dead` becomes `LOUPE_QUEUE_INTAKE_DEAD_URL`. */
export function renderQueueVariable(queue: string): string {
  return `LOUPE_QUEUE_${queue.toUpperCase().replaceAll('-', '_')}_URL`;
}
