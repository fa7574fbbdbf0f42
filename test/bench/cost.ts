/**
 * What AWS asks for 1,000 inspections, by kind of file, without the model's own price: the requests that one inspection
 * makes on the local cloud, counted, times list prices.
 *
 *     npm run bench -- --only cost
 *
 * Prices: us-east-1, on demand, without free tiers, as the price pages of the services had them in 2025 (DynamoDB, S3
 * Standard, SQS standard, Lambda arm64, API Gateway HTTP API, CloudWatch Logs). They change: set yours here.
 * The times of functions are this machine's, and those of a busy machine are too long.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { type Metered, type MeteredCloud, startMeteredCloud } from '../support/metered-cloud.ts';
import { runBench } from './support/run-bench.ts';

const MILLION = 1_000_000;
const GB = 2 ** 30;

/** USD. */
const PRICES = {
  dynamodbWriteUnit: 0.625 / MILLION,
  dynamodbReadUnit: 0.125 / MILLION,
  s3Put: 0.005 / 1000,
  s3Get: 0.0004 / 1000,
  sqsRequest: 0.4 / MILLION,
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / MILLION,
  httpApiRequest: 1 / MILLION,
  logsGb: 0.5,
};

/** A message is sent, received and deleted; on the local cloud the latter two happen inside. */
const REQUESTS_PER_MESSAGE = 3;
/** A caller asks until the verdict is there. */
const POLLS = 3;

const KINDS = {
  image: ['images/deeppcb/00041000_temp.jpg', 'images/deeppcb/00041000_test.jpg', 'image/jpeg'],
  point_cloud: ['pointclouds/ism_train_cat.pcd', 'pointclouds/ism_test_cat.pcd', 'application/octet-stream'],
  time_series: ['timeseries/art_daily_jumpsup.csv', 'timeseries/art_daily_jumpsup.csv', 'text/csv'],
  volume: ['volumes/CT_small.dcm', 'volumes/CT_small.dcm', 'application/dicom'],
} as const;

await runBench(5, async (runs) => {
  const cloud = await startMeteredCloud();
  try {
    const figures: Record<string, number> = {};
    for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
      const client = await cloud.createTenantClient(kind);
      Object.assign(figures, renderFigures(kind, await measure(cloud, client, kind, runs)));
    }
    return { figures };
  } finally {
    await cloud.stop();
  }
});

/** The mean of several inspections after one that warms everything up; USD per 1,000, and units per one. */
async function measure(cloud: MeteredCloud, client: Client, kind: keyof typeof KINDS, runs: number) {
  const [reference, query, contentType] = KINDS[kind];
  const profileId = await createProfile(client, {
    name: kind,
    className: kind,
    model: 'loupe/reference-match',
    referenceIds: [await createReadySample(client, read(reference, contentType))],
  });
  await inspect(client, profileId, read(query, contentType));
  cloud.read();
  for (let run = 0; run < runs; run++) await inspect(client, profileId, read(query, contentType));
  return priceOf(cloud.read(), runs);
}

async function inspect(client: Client, profileId: string, file: ReturnType<typeof read>): Promise<void> {
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('There is no ticket.');
  await uploadFile(upload, file.bytes);
  const { failure } = await waitForInspection(client, inspection);
  if (failure) throw new Error(`${file.name}: ${failure.code} ${failure.message}`);
}

function priceOf({ units, requests, gbSeconds, invocations, logBytes }: Metered, runs: number) {
  const sum = (counts: Readonly<Record<string, number>>, match: RegExp) =>
    Object.entries(counts).reduce((total, [name, count]) => total + (match.test(name) ? count : 0), 0);
  const { api = 0, ...workers } = invocations;
  const perMs = gbSeconds.api === undefined || api === 0 ? 0 : gbSeconds.api / api;
  const apiCalls = 1 + POLLS;
  const messages = sum(workers, /./) / runs;
  const workerSeconds = (sum(gbSeconds, /./) - (gbSeconds.api ?? 0)) / runs;
  const usd = {
    dynamodb: (units.write * PRICES.dynamodbWriteUnit + units.read * PRICES.dynamodbReadUnit) / runs,
    s3:
      (sum(requests, /^s3\.(PUT|POST)$/) * PRICES.s3Put + sum(requests, /^s3\.(GET|HEAD)$/) * PRICES.s3Get) /
      runs,
    sqs: messages * REQUESTS_PER_MESSAGE * PRICES.sqsRequest,
    lambda:
      (workerSeconds + apiCalls * perMs) * PRICES.lambdaGbSecond +
      (messages + apiCalls) * PRICES.lambdaRequest,
    api: apiCalls * PRICES.httpApiRequest,
    logs: (logBytes / runs / GB) * PRICES.logsGb,
  };
  return { usd, units: { read: units.read / runs, write: units.write / runs }, gbSeconds: workerSeconds };
}

function renderFigures(
  kind: string,
  { usd, units, gbSeconds }: ReturnType<typeof priceOf>,
): Record<string, number> {
  const total = Object.values(usd).reduce((sum, one) => sum + one, 0);
  return {
    [`cost.${kind}.usd_per_1000`]: 1000 * total,
    ...Object.fromEntries(
      Object.entries(usd).map(([service, one]) => [`cost.${kind}.${service}_usd_per_1000`, 1000 * one]),
    ),
    [`cost.${kind}.dynamodb_write_units`]: units.write,
    [`cost.${kind}.dynamodb_read_units`]: units.read,
    [`cost.${kind}.worker_gb_seconds`]: gbSeconds,
  };
}

function read(path: string, contentType: string) {
  const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, '..', 'fixtures', path)));
  return { name: path.split('/').at(-1) ?? path, contentType, bytes };
}
