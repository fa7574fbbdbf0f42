import { type Resources, renderQueueVariable } from '@loupe/core/resources';

/** What stands for an AWS account on this machine. The credentials are no secret: everything is on loopback. */
export const LOCAL_ACCOUNT = {
  region: 'us-east-1',
  accountId: '000000000000',
  credentials: { accessKeyId: 'loupe-local', secretAccessKey: 'loupe-local-secret' },
} as const;

/** Origins, e.g. `http://127.0.0.1:4000`. */
export interface Endpoints {
  readonly api: string;
  readonly dynamodb: string;
  readonly kms: string;
  readonly s3: string;
  readonly sqs: string;
}

/** The variables by which the unchanged AWS SDK and Loupe's functions find the local services. */
export function describeEnvironment(
  resources: Resources,
  endpoints: Endpoints,
  formatQueueUrl: (queue: string) => string,
  formatKeyArn: (key: string) => string,
): Record<string, string> {
  const [table] = resources.tables;
  const [bucket] = resources.buckets;
  const [key] = resources.keys;
  const queues = resources.queues.map(({ name }) => [renderQueueVariable(name), formatQueueUrl(name)]);
  return {
    AWS_REGION: LOCAL_ACCOUNT.region,
    AWS_ACCESS_KEY_ID: LOCAL_ACCOUNT.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_ACCOUNT.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    LOUPE_STAGE: 'local',
    ...(table === undefined ? {} : { LOUPE_TABLE: table.name }),
    ...(bucket === undefined ? {} : { LOUPE_BUCKET: bucket.name }),
    ...(key === undefined ? {} : { LOUPE_KMS_KEY_ID: formatKeyArn(key.name) }),
    ...Object.fromEntries(queues),
  };
}
