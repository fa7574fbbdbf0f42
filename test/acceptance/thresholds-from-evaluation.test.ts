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
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: Client;
let profileId: string;
let evaluationId: string;
let inspectionId: string;

beforeAll(async () => {
  service = await startTestService();
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
  const variants = [{ name: 'alone', referenceCount: 0 }, { name: 'as it is' }];
  ({ id: evaluationId } = await createEvaluation(client, {
    profileId,
    datasetVersionId: version.id,
    variants,
  }));
  inspectionId = await inspect(normal);
  await waitForEvaluation(client, evaluationId);
}, 120_000);
afterAll(() => service.dispose());

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

  const { inspection, profile } = await client.request<{ inspection: object; profile: object }>(
    `query ($inspection: ID!, $profile: ID!) {
      inspection(id: $inspection) { verdict { thresholdSource } decisionNow { decision threshold thresholdSource } }
      profile(id: $profile) { decisionChanges { edges { node {
        actorKind source samples anomalousSamples evaluation { id } calibration { version } profileVersion { number }
        rule { before { threshold thresholdSource uncertainBand } after { threshold thresholdSource } } } } } } }`,
    { inspection: inspectionId, profile: profileId },
  );
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
  expect(profile).toEqual({ decisionChanges: { edges: [{ node }] } });
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
