/**
 * What AWS asks for 1,000 inspections, by kind of file, without the model's own price: the requests that one inspection
 * makes on the local cloud, counted, times list prices.
 *
 *     npm run bench -- --only cost
 *
 * Prices are in `support/prices.ts`. The times of functions are this machine's, and those of a busy machine are too long.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { type MeteredCloud, startMeteredCloud } from '../support/metered-cloud.ts';
import { priceWork, sumWorkerSeconds } from './support/prices.ts';
import { runBench } from './support/run-bench.ts';

/** A caller creates an inspection, and asks until the verdict is there. */
const API_CALLS = 1 + 3;

const KINDS = {
  image: ['images/deeppcb/00041000_temp.jpg', 'images/deeppcb/00041000_test.jpg', 'image/jpeg'],
  point_cloud: ['pointclouds/ism_train_cat.pcd', 'pointclouds/ism_test_cat.pcd', 'application/octet-stream'],
  time_series: ['timeseries/art_daily_jumpsup.csv', 'timeseries/art_daily_jumpsup.csv', 'text/csv'],
  video: ['video/with-gps.mov', 'video/with-gps.mov', 'video/quicktime'],
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
  const metered = cloud.read();
  const { units } = metered;
  const usd = priceWork(metered, runs * API_CALLS);
  return {
    usd: Object.fromEntries(Object.entries(usd).map(([service, one]) => [service, one / runs])),
    units: { read: units.read / runs, write: units.write / runs },
    gbSeconds: sumWorkerSeconds(metered) / runs,
  };
}

async function inspect(client: Client, profileId: string, file: ReturnType<typeof read>): Promise<void> {
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('There is no ticket.');
  await uploadFile(upload, file.bytes);
  const { failure } = await waitForInspection(client, inspection);
  if (failure) throw new Error(`${file.name}: ${failure.code} ${failure.message}`);
}

function renderFigures(
  kind: string,
  { usd, units, gbSeconds }: Awaited<ReturnType<typeof measure>>,
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
