import type { Cloud } from '@loupe/local';
import { type Exchange, startMeteringProxy } from '../../support/metering-proxy.ts';
import { type ObservedRight, observeDynamoDb, observeKms, observeS3, observeSqs } from './observe-rights.ts';

export interface WatchedCloud {
  /** For the functions: that of the cloud, with the services' addresses replaced. */
  readonly environment: Readonly<Record<string, string>>;
  /** By the function that asked, the rights it needed so far. */
  readonly rights: ReadonlyMap<string, ReadonlySet<string>>;
  stop(): void;
}

/** Stands between functions and a local cloud, and notes which right each request would need on AWS. */
export async function watchCloud({ endpoints, environment }: Cloud): Promise<WatchedCloud> {
  const rights = new Map<string, Set<string>>();
  const watch = (target: string, observe: (exchange: Exchange) => ObservedRight[]) =>
    startMeteringProxy(
      () => target,
      (exchange) => {
        for (const { function: name, right } of observe(exchange)) {
          rights.set(name, (rights.get(name) ?? new Set()).add(right));
        }
      },
    );
  const dynamodb = await watch(endpoints.dynamodb, observeDynamoDb);
  const s3 = await watch(endpoints.s3, observeS3);
  const sqs = await watch(endpoints.sqs, observeSqs);
  const kms = await watch(endpoints.kms, observeKms);
  const queues = Object.entries(environment)
    .filter(([name]) => name.startsWith('LOUPE_QUEUE_'))
    .map(([name, url]) => [name, url.replace(endpoints.sqs, sqs.url)]);
  return {
    environment: {
      ...environment,
      ...Object.fromEntries(queues),
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_KMS: kms.url,
    },
    rights,
    stop: () => {
      for (const proxy of [dynamodb, s3, sqs, kms]) proxy.stop();
    },
  };
}
