import {
  createProfile,
  createReadySample,
  type InspectionView,
  waitForInspection,
} from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import { perturbImage } from '@loupe/vision/perturb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { eventually } from '../support/eventually.ts';
import { type HashModel, startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let model: HashModel;
let service: TestService;
let client: Client;
let profileId: string;
let evaluationId: string;
let inspectionId: string;

beforeAll(async () => {
  model = await startHashModel();
  service = await startTestService({
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: model.baseUrl },
  });
  ({ client } = await service.createTenantClient());
  const template = await loadImage('deeppcb/00041000_temp.jpg');
  const again = { shiftX: 2, shiftY: -1, turnDegrees: 0.3, gain: 1.02, noise: 2 };
  const bytes = new Uint8Array(await perturbImage(template.bytes, again, 7));
  const [reference, defective, normal] = await Promise.all([
    createReadySample(client, template),
    createReadySample(client, await loadImage('deeppcb/00041000_test.jpg')),
    createReadySample(client, { ...template, bytes }),
  ]);
  profileId = await createProfile(client, { name: 'Board', className: 'board', referenceIds: [reference] });
  // Ten of each kind: the same two boards again and again.
  const items = Array.from({ length: 20 }, (_, position) => ({
    source: { sampleId: position % 2 === 0 ? defective : normal },
    name: `item ${position}`,
    label: position % 2 === 0 ? 'ANOMALOUS' : 'NORMAL',
    className: 'board',
  }));
  const version = await addItems(client, await createDataset(client), items);
  const variants = [
    { name: 'alone', referenceCount: 0 },
    { name: 'as it is' },
    { name: 'strong', model: 'gpt-4.1' },
    { name: 'unpriced', model: 'gpt-none' },
  ];
  ({ id: evaluationId } = await createEvaluation(client, {
    profileId,
    datasetVersionId: version.id,
    variants,
  }));
  inspectionId = await inspect(normal);
  await waitForEvaluation(client, evaluationId);
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await model.stop();
});

async function inspect(sampleId: string): Promise<string> {
  const { createInspection } = await client.request<{ createInspection: { inspection: InspectionView } }>(
    `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
      inspection { id state pollAfterMs } errors { message } } }`,
    { input: { profileId, source: { sampleId } } },
  );
  return (await waitForInspection(client, createInspection.inspection)).id;
}

interface Chosen {
  readonly choice: { readonly threshold: number } | null;
  readonly errors: readonly object[];
}

async function choose(input: object): Promise<Chosen> {
  const { chooseThreshold } = await client.request<{ chooseThreshold: Chosen }>(
    `mutation ($input: ChooseThresholdInput!) { chooseThreshold(input: $input) {
      choice { threshold reviews anomalousReviews recall far before { threshold recall }
        band { uncertainBand uncertainShare wrongShare } }
      errors { code path } } }`,
    { input: { profileId, by: 'F1_MAX', evaluationId, ...input } },
  );
  return chooseThreshold;
}

interface Share {
  readonly count: number;
  readonly of: number;
}

interface Estimate {
  readonly items: number;
  readonly escalated: Share;
  readonly escalatedNormal: Share;
  readonly cheap: Figures;
  readonly strong: Figures;
  readonly cascade: Figures;
}

interface Figures {
  readonly costMicroUsd: number;
  readonly miss: Share;
  readonly overkill: Share;
}

async function estimate(input: object): Promise<Estimate> {
  const { estimateCascade } = await client.request<{ estimateCascade: Estimate }>(
    `query ($input: EstimateCascadeInput!) { estimateCascade(input: $input) {
      items leftOut escalated { ...share } escalatedNormal { ...share } escalatedAnomalous { ...share }
      cheap { ...figures } strong { ...figures } cascade { ...figures } } }
    fragment share on Proportion { value count of low high }
    fragment figures on CascadeFigures {
      costMicroUsd miss { ...share } overkill { ...share } undecided { ...share } }`,
    { input: { evaluationId, cheap: 'as it is', strong: 'strong', ...input } },
  );
  return estimateCascade;
}

it('a cascade is estimated from an evaluation of its two models before it is switched on', async () => {
  // One board is scored above the other by the detector, which costs nothing.
  const { evaluation } = await client.request<{
    evaluation: { items: { edges: readonly { node: { score: number } }[] } };
  }>(
    `query ($id: ID!) { evaluation(id: $id) { items(variant: "as it is", first: 2) { edges { node { score } } } } }`,
    { id: evaluationId },
  );
  const between = evaluation.items.edges.reduce((sum, { node }) => sum + node.score, 0) / 2;

  // 100 tokens read and 10 written: 280 micro-USD a question, at $2 and $8 a million; the ten defective boards are asked about.
  const upper = await estimate({ low: between, high: 1 });
  expect(upper).toMatchObject({
    items: 20,
    leftOut: 0,
    escalated: { value: 0.5, count: 10, of: 20 },
    escalatedNormal: { count: 0, of: 10, low: 0 },
    escalatedAnomalous: { count: 10, of: 10, high: 1 },
    cheap: { costMicroUsd: 0 },
    strong: { costMicroUsd: 280 },
    cascade: { costMicroUsd: 140, miss: upper.strong.miss, overkill: { count: 0, of: 10 } },
  });
  // The ten normal ones.
  const lower = await estimate({ low: 0, high: between });
  expect(lower.cascade).toMatchObject({
    costMicroUsd: 140,
    miss: { count: 0, of: 10 },
    overkill: lower.strong.overkill,
  });

  await expect(estimate({ low: 0.5, high: 0.5 })).rejects.toThrow('below high');
  await expect(estimate({ low: 0, high: 1, strong: 'weak' })).rejects.toThrow('No variant "weak"');
  await expect(estimate({ low: 0, high: 1, cheap: 'alone' })).rejects.toThrow(
    'more than model and threshold',
  );
  const elsewhere = { low: 0, high: 1, evaluationId: 'evl_00000000000000000000000000' };
  await expect(estimate(elsewhere)).rejects.toThrow('no such evaluation');
});

it('a cost that is not known is counted, not passed over, and no budget is promised', async () => {
  const { evaluation } = await client.request<{ evaluation: object }>(
    `query ($id: ID!) { evaluation(id: $id) { estimateMicroUsd progress { costMicroUsd costUnknownCount }
      variants { name result { costMicroUsd costUnknownCount } } } }`,
    { id: evaluationId },
  );
  const free = { costMicroUsd: 0, costUnknownCount: 0 };
  expect(evaluation).toEqual({
    estimateMicroUsd: null,
    progress: { costMicroUsd: 20 * 280, costUnknownCount: 20 },
    variants: [
      { name: 'alone', result: free },
      { name: 'as it is', result: free },
      { name: 'strong', result: { costMicroUsd: 20 * 280, costUnknownCount: 0 } },
      { name: 'unpriced', result: { costMicroUsd: 0, costUnknownCount: 20 } },
    ],
  });
  expect(await estimate({ low: 0, high: 1, strong: 'unpriced' })).toMatchObject({
    cheap: { costMicroUsd: 0 },
    strong: { costMicroUsd: null },
    cascade: { costMicroUsd: null },
  });
  const { resumeEvaluation } = await client.request<{ resumeEvaluation: object }>(
    'mutation ($input: ResumeEvaluationInput!) { resumeEvaluation(input: $input) { errors { code path } } }',
    { input: { id: evaluationId, maxCostMicroUsd: 1_000_000 } },
  );
  expect(resumeEvaluation).toEqual({ errors: [{ code: 'INVALID', path: ['input', 'maxCostMicroUsd'] }] });
});

it('an evaluation chooses threshold and band; stored inspections are decided by them, and the history says so', async () => {
  const { choice, errors } = await choose({ expectedVersion: 1, uncertainTarget: 0 });
  expect(errors).toEqual([]);
  // One board is scored above the other, so that one threshold tells all twenty apart.
  expect(choice).toMatchObject({
    reviews: 20,
    anomalousReviews: 10,
    recall: 1,
    far: 0,
    before: { threshold: 0.5 },
    band: { uncertainBand: 0, uncertainShare: 0, wrongShare: 0 },
  });
  const threshold = choice?.threshold;

  const readHistory = () =>
    client.request<{ inspection: object; profile: object }>(
      `query ($inspection: ID!, $profile: ID!) {
      inspection(id: $inspection) { verdict { thresholdSource } decisionNow { decision threshold thresholdSource } }
      profile(id: $profile) { decisionChanges { edges { node {
        actorKind source samples anomalousSamples evaluation { id } calibration { version } profileVersion { number }
        rule { before { threshold thresholdSource uncertainBand } after { threshold thresholdSource } } } } } } }`,
      { inspection: inspectionId, profile: profileId },
    );
  const { inspection } = await readHistory();
  expect(inspection).toEqual({
    verdict: { thresholdSource: 'DEFAULT' },
    decisionNow: { decision: 'NORMAL', threshold, thresholdSource: 'F1_MAX' },
  });
  const node = {
    actorKind: 'API_KEY',
    source: 'EVALUATION',
    samples: 20,
    anomalousSamples: 10,
    evaluation: { id: evaluationId },
    calibration: null,
    profileVersion: { number: 2 },
    rule: {
      before: { threshold: null, thresholdSource: 'DEFAULT', uncertainBand: 0 },
      after: { threshold, thresholdSource: 'F1_MAX' },
    },
  };
  await eventually(async () =>
    expect((await readHistory()).profile).toEqual({ decisionChanges: { edges: [{ node }] } }),
  );
});

it('an evaluation that asks otherwise, or none, is refused', async () => {
  expect(await choose({ expectedVersion: 2, variant: 'alone' })).toMatchObject({
    choice: null,
    errors: [{ code: 'INVALID', path: ['input', 'variant'] }],
  });
  expect(await choose({ expectedVersion: 2, evaluationId: 'evl_00000000000000000000000000' })).toMatchObject({
    errors: [{ code: 'NOT_FOUND', path: ['input', 'evaluationId'] }],
  });
  const other = await createProfile(client, { name: 'Other', className: 'board' });
  expect(await choose({ profileId: other, expectedVersion: 1 })).toMatchObject({
    errors: [{ code: 'INVALID', path: ['input', 'evaluationId'] }],
  });
});
