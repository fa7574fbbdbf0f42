import type { Cloud } from '@loupe/local';
import { type Exchange, type MeteringProxy, startMeteringProxy } from '../../support/metering-proxy.ts';
import { observeDynamoDb, observeKms, observeS3, observeSqs } from './observe-rights.ts';

type Environment = Readonly<Record<string, string>>;

export interface WatchedCloud {
  /** What a function is given: the cloud's environment, with addresses that are its own. */
  readonly environments: ReadonlyMap<string, Environment>;
  /** The rights that a function needed so far, by its name; links and tickets carry those of the function that signed them. */
  readonly rights: ReadonlyMap<string, ReadonlySet<string>>;
  stop(): void;
}

/** Stands between each function and a local cloud, and notes which right each request would need on AWS. */
export async function watchCloud(cloud: Cloud, functions: readonly string[]): Promise<WatchedCloud> {
  const rights = new Map<string, Set<string>>();
  const environments = new Map<string, Environment>();
  const proxies: MeteringProxy[] = [];
  for (const name of functions) {
    const needed = new Set<string>();
    rights.set(name, needed);
    const watch = async (target: string, observe: (exchange: Exchange) => string[]) => {
      const proxy = await startMeteringProxy(
        () => target,
        (exchange) => {
          for (const right of observe(exchange)) needed.add(right);
        },
      );
      proxies.push(proxy);
      return proxy.url;
    };
    environments.set(name, await replaceAddresses(cloud, watch));
  }
  return {
    environments,
    rights,
    stop: () => {
      for (const proxy of proxies) proxy.stop();
    },
  };
}

async function replaceAddresses(
  { endpoints, environment }: Cloud,
  watch: (target: string, observe: (exchange: Exchange) => string[]) => Promise<string>,
): Promise<Environment> {
  const sqs = await watch(endpoints.sqs, observeSqs);
  const queues = Object.entries(environment)
    .filter(([name]) => name.startsWith('LOUPE_QUEUE_'))
    .map(([name, url]) => [name, url.replace(endpoints.sqs, sqs)]);
  return {
    ...environment,
    ...Object.fromEntries(queues),
    AWS_ENDPOINT_URL_DYNAMODB: await watch(endpoints.dynamodb, observeDynamoDb),
    AWS_ENDPOINT_URL_S3: await watch(endpoints.s3, observeS3),
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_KMS: await watch(endpoints.kms, observeKms),
  };
}
