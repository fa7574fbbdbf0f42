import { createProfile, createReadySample } from '@loupe/cli/operations';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { type HashModel, startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { type MeteredCloud, startMeteredCloud } from '../support/metered-cloud.ts';

/** 100 tokens read and 10 written by gpt-4.1, at $2 and $8 a million. */
const CALL_MICRO_USD = 280;

let model: HashModel;
let cloud: MeteredCloud;

beforeAll(async () => {
  model = await startHashModel();
  cloud = await startMeteredCloud({ OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: model.baseUrl });
});
afterAll(async () => {
  await cloud.stop();
  await model.stop();
});

it('the metric of model spend, which raises the alarm, has inspections, questions, drafts and evaluations', async () => {
  const client = await cloud.createTenantClient('Spending');
  const { viewer } = await client.request<{ viewer: { tenant: { id: string } } }>(
    '{ viewer { tenant { id } } }',
  );
  const spend = (name: string) => cloud.read().metrics[`${name} ${viewer.tenant.id} ModelCostMicroUsd`] ?? 0;
  const waitForSpend = async (name: string, calls: number) => {
    let sum = 0;
    await expect.poll(() => (sum += spend(name)), { timeout: 30_000 }).toBe(calls * CALL_MICRO_USD);
  };
  const sample = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
  const profileId = await createProfile(client, {
    name: 'B',
    className: 'board',
    preset: 'CLASS',
    model: 'gpt-4.1',
  });

  const { createInspection } = await client.request<{ createInspection: { inspection: { id: string } } }>(
    `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) { inspection { id } } }`,
    { input: { profileId, source: { sampleId: sample } } },
  );
  await waitForSpend('infer', 1);

  await client.request(
    'mutation ($id: ID!) { askInspection(input: { inspectionId: $id, question: "Where?" }) { turn { id } } }',
    { id: createInspection.inspection.id },
  );
  await waitForSpend('infer', 1);

  await client.request(
    `mutation ($id: ID!) { draftProfile(input: { className: "board", referenceIds: [$id], model: "gpt-4.1" }) {
      draft { id } errors { message } } }`,
    { id: sample },
  );
  await expect.poll(() => spend('infer'), { timeout: 30_000 }).toBeGreaterThanOrEqual(CALL_MICRO_USD);

  const datasetId = await createDataset(client);
  const items = ['NORMAL', 'ANOMALOUS'].map((label, i) => ({
    name: `${i}`,
    source: { sampleId: sample },
    label,
    className: 'board',
  }));
  const { id: datasetVersionId } = await addItems(client, datasetId, items);
  const { id } = await createEvaluation(client, { profileId, datasetVersionId });
  await waitForEvaluation(client, id);
  await waitForSpend('evaluate', 2);
}, 120_000);
