/**
 * What an evaluation asks of AWS for each item, by the number of items: requests counted on the local cloud, times list
 * prices (`support/prices.ts`), without the model's own price.
 *
 *     node test/bench/evaluation-cost.ts [--items 1000,10000] [--latency-ms 0] [--json FILE]
 *
 * Units of DynamoDB, requests to S3, and messages for each item; USD for 1,000 items, what it is in all without the time of
 * functions, which is this machine's. Two samples stand for all items, so an item does not read its own.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { createDataset, createEvaluation, importManifest, waitForEvaluation } from '../support/evaluation.ts';
import { startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { startMeteredCloud } from '../support/metered-cloud.ts';
import { priceWork } from './support/prices.ts';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000' },
    'latency-ms': { type: 'string', default: '0' },
    json: { type: 'string' },
  },
});
const model = await startHashModel(Number(values['latency-ms']));
const cloud = await startMeteredCloud({ LOUPE_OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'sk-bench' });
const client = await cloud.createTenantClient('Bench');
const samples = [
  await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg')),
  await createReadySample(client, await loadImage('deeppcb/00041000_test.jpg')),
];
const profileId = await createProfile(client, {
  name: 'Board',
  className: 'board',
  preset: 'CLASS',
  model: 'openai-compatible/hash',
});
const figures: Record<string, number> = {};
for (const items of values.items.split(',').map(Number)) Object.assign(figures, await measure(items));
for (const [name, value] of Object.entries(figures)) {
  process.stdout.write(`${name.padEnd(56)} ${value.toPrecision(3).padStart(9)}\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
await cloud.stop();
await model.stop();

async function measure(items: number): Promise<Record<string, number>> {
  const lines = Array.from({ length: items }, (_, i) =>
    JSON.stringify({ item: `${i}`, sampleId: samples[i % 2], class: 'board', label: i % 2 }),
  );
  const datasetId = await createDataset(client, `${items} items`);
  const imported = await importManifest(client, { datasetId, format: 'JSONL' }, lines.join('\n'));
  cloud.read();
  const { id } = await createEvaluation(client, { profileId, datasetVersionId: imported.datasetVersion?.id });
  await waitForEvaluation(client, id, 3_600_000);
  const metered = cloud.read();
  const { lambda: _, ...usd } = priceWork(metered, 1);
  const count = (match: RegExp) =>
    Object.entries(metered.requests).reduce((sum, [name, one]) => sum + (match.test(name) ? one : 0), 0);
  return Object.fromEntries(
    Object.entries({
      dynamodb_write_units: metered.units.write,
      dynamodb_read_units: metered.units.read,
      s3_puts: count(/^s3\.PUT$/),
      s3_gets: count(/^s3\.(GET|HEAD)$/),
      messages: metered.invocations.evaluate ?? 0,
      usd_per_1000: 1000 * Object.values(usd).reduce((sum, one) => sum + one, 0),
    }).map(([name, value]) => [
      `evaluation.cost.${items}.${name}_per_item`.replace('_1000_per_item', '_1000'),
      value / items,
    ]),
  );
}
