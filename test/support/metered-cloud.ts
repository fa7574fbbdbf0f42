import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTenant } from '@loupe/cli/operations';
import { resources } from '@loupe/core/resources';
import { startCloud } from '@loupe/local';
import { type Client, createClient } from '@loupe/sdk';
import { createCapacityMeter, type Units } from './capacity.ts';
import { type Exchange, startMeteringProxy } from './metering-proxy.ts';

/** What a piece of work asked of the cloud. */
export interface Metered {
  /** Request units of DynamoDB. */
  readonly units: Units;
  /** Requests by operation, e.g. `dynamodb.GetItem`, `s3.PUT`. The address of a queue is its own, so SQS is not seen. */
  readonly requests: Readonly<Record<string, number>>;
  /** GB-seconds of memory a function was given, by function; the time is this machine's. */
  readonly gbSeconds: Readonly<Record<string, number>>;
  readonly invocations: Readonly<Record<string, number>>;
  readonly logBytes: number;
  /** Sums of the metrics that the functions write into their lines, as `<function> <tenant> <metric>`. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface MeteredCloud {
  readonly url: string;
  readonly operator: Client;
  createTenantClient(name: string): Promise<Client>;
  /** What was asked since the last call. */
  read(): Metered;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..');

/**
 * A service on a local cloud in this process, with everything counted that its functions ask of AWS.
 * @param environment further variables of the functions
 */
export async function startMeteredCloud(
  environment: Readonly<Record<string, string>> = {},
): Promise<MeteredCloud> {
  const [table] = resources.tables;
  if (!table) throw new Error('The resource list has no table.');
  const meter = createCapacityMeter(table);
  let requests: Record<string, number> = {};
  let gbSeconds: Record<string, number> = {};
  let invocations: Record<string, number> = {};
  let logBytes = 0;
  let metrics: Record<string, number> = {};
  let before: Units = { read: 0, write: 0 };

  const add = (counts: Record<string, number>, name: string, amount = 1) => {
    counts[name] = (counts[name] ?? 0) + amount;
  };

  function seeDynamoDb({ headers, body, status, answer }: Exchange): void {
    const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
    add(requests, `dynamodb.${operation}`);
    if (status === 200) meter.count(operation, JSON.parse(body.toString()), JSON.parse(answer.toString()));
  }

  function seeLine(source: string, line: string): void {
    logBytes += line.length;
    if (!line.startsWith('{')) return;
    const { StepMs, ms, operation, _aws, tenantId, ...values } = JSON.parse(line);
    for (const { Name } of _aws?.CloudWatchMetrics[0].Metrics ?? [])
      if (Name in values) add(metrics, `${source} ${tenantId} ${Name}`, values[Name]);
    const duration = StepMs ?? (operation === 'api.request' ? ms : undefined);
    if (duration === undefined) return;
    const memoryMb = resources.functions.find(({ name }) => name === source)?.memoryMb ?? 0;
    add(gbSeconds, source, (duration / 1000) * (memoryMb / 1024));
    add(invocations, source);
  }

  const dataDir = await mkdtemp(join(tmpdir(), 'loupe-metered-'));
  let endpoints: Awaited<ReturnType<typeof startCloud>>['endpoints'] | undefined;
  const dynamodb = await startMeteringProxy(() => endpoints?.dynamodb ?? '', seeDynamoDb);
  const s3 = await startMeteringProxy(
    () => endpoints?.s3 ?? '',
    ({ method }) => add(requests, `s3.${method}`),
  );
  const cloud = await startCloud({
    resources,
    root,
    dataDir,
    environment: {
      ...environment,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_S3: s3.url,
    },
    log: seeLine,
  });
  endpoints = cloud.endpoints;
  const url = `${cloud.endpoints.api}/graphql`;
  const operator = createClient({ url, apiKey: cloud.environment.LOUPE_OPERATOR_KEY ?? '' });

  return {
    url,
    operator,
    createTenantClient: async (name) =>
      createClient({ url, apiKey: (await createTenant(operator, name)).apiKey }),
    read() {
      const now = meter.units();
      const units = { read: now.read - before.read, write: now.write - before.write };
      const metered = { units, requests, gbSeconds, invocations, logBytes, metrics };
      before = now;
      [requests, gbSeconds, invocations, logBytes, metrics] = [{}, {}, {}, 0, {}];
      return metered;
    },
    async stop() {
      await cloud.stop();
      for (const proxy of [dynamodb, s3]) proxy.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
