import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalService, startLocalService } from '@loupe/cli/local-service';
import { createProfile, createReadySample, createTenant } from '@loupe/cli/operations';
import { type Client, createClient } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createDataset,
  createEvaluation,
  type EvaluationView,
  importManifest,
} from '../support/evaluation.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { type HashModel, startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { findFreePorts } from '../support/ports.ts';

const ITEMS = 400;
const KILLS = 5;
const DEADLINE_MS = 5 * 60_000;

let dataDir: string;
let ports: number[];
let model: HashModel;
let service: LocalService;
let client: Client;
let input: { profileId: string; datasetVersionId: string; variants: object[] };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'loupe-evaluate-'));
  ports = await findFreePorts(4);
  model = await startHashModel(150);
  service = await start();
  const operator = createClient({ url: service.url, apiKey: service.operatorKey });
  client = createClient({ url: service.url, apiKey: (await createTenant(operator, 'Faults')).apiKey });
  const names = ['00041000_temp', '00041000_test', '00041001_temp', '00041001_test'];
  const samples: string[] = [];
  for (const name of names)
    samples.push(await createReadySample(client, await loadImage(`deeppcb/${name}.jpg`)));
  const profileId = await createProfile(client, {
    name: 'Board',
    className: 'board',
    model: 'openai-compatible/hash',
  });
  const lines = Array.from({ length: ITEMS }, (_, i) =>
    JSON.stringify({
      item: `${i}`,
      sampleId: samples[i % 4],
      class: `class ${i % 2}`,
      label: i % 3 === 0 ? 1 : 0,
    }),
  );
  const imported = await importManifest(
    client,
    { datasetId: await createDataset(client), format: 'JSONL' },
    lines.join('\n'),
  );
  const variants = [
    { name: 'full', preset: 'CLASS' },
    { name: 'naive', preset: 'NAIVE' },
  ];
  input = { profileId, datasetVersionId: imported.datasetVersion?.id ?? '', variants };
}, 120_000);

afterAll(async () => {
  await service.stop();
  await model.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Always at the same addresses; what a worker held comes back soon. */
function start(): Promise<LocalService> {
  const [api, dynamodb, s3, sqs] = ports.map(String);
  const addresses = [
    '--port',
    `${api}`,
    '--dynamodb-port',
    `${dynamodb}`,
    '--s3-port',
    `${s3}`,
    '--sqs-port',
    `${sqs}`,
  ];
  return startLocalService({
    dataDir,
    args: [...addresses, '--function-timeout', '30', '--sweep-every', '2'],
    environment: { LOUPE_OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'sk-test' },
  });
}

async function persist<T>(run: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + DEADLINE_MS; ; ) {
    try {
      return await run();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

async function waitForEnd(id: string): Promise<EvaluationView> {
  return persist(async () => {
    const { evaluation } = await client.request<{ evaluation: EvaluationView }>(
      'query ($id: ID!) { evaluation(id: $id) { id state failure { message } progress { items judged failed costMicroUsd } } }',
      { id },
    );
    if (!['DONE', 'STOPPED', 'CANCELLED', 'FAILED'].includes(evaluation.state))
      throw new Error(evaluation.state);
    return evaluation;
  });
}

/** The report as it reads, but for the times that answers took. */
async function readReport(id: string): Promise<string> {
  const { evaluation } = await client.request<{ evaluation: { report: { url: string } } }>(
    'query ($id: ID!) { evaluation(id: $id) { report { url } } }',
    { id },
  );
  const html = Buffer.from((await fetchPatiently(evaluation.report.url)).bytes).toString();
  return html.replace(/<td>[\d.]+ m?s<\/td>/g, '<td>time</td>');
}

describe('an evaluation', () => {
  it('makes the same report, byte for byte, when the service is killed again and again', async () => {
    const calm = await createEvaluation(client, input);
    expect(await waitForEnd(calm.id)).toMatchObject({
      state: 'DONE',
      progress: { judged: 2 * ITEMS, failed: 0 },
    });
    const questions = model.answered();

    const disturbed = await createEvaluation(client, input);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(5000);
      await service.kill();
      service = await start();
    }
    expect(await waitForEnd(disturbed.id)).toMatchObject({
      state: 'DONE',
      progress: { items: 2 * ITEMS, judged: 2 * ITEMS, failed: 0 },
    });
    expect(await readReport(disturbed.id)).toBe(await readReport(calm.id));
    // What was judged between the last checkpoint and a kill is asked again, and nothing else.
    expect(model.answered() - questions).toBeLessThan(2 * questions);
  }, 600_000);

  it('waits out an outage of the provider without losing an item', async () => {
    model.fail(503);
    const { id } = await createEvaluation(client, { ...input, variants: [{ name: 'out', preset: 'CLASS' }] });
    await sleep(15_000);
    model.fail(undefined);
    expect(await waitForEnd(id)).toMatchObject({ state: 'DONE', progress: { judged: ITEMS, failed: 0 } });
  }, 300_000);
});
