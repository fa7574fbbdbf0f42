import {
  createProfile,
  createReadySample,
  type InspectionView,
  waitForInspection,
} from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** Scores the model gives, and what the samples are: two normal ones are scored like anomalous ones. */
const CASES = [
  ...Array.from({ length: 12 }, (_, i) => ({ score: (i + 1) / 20, truth: 'NORMAL' })),
  ...Array.from({ length: 8 }, (_, i) => ({ score: (i + 11) / 20, truth: 'ANOMALOUS' })),
];

let openai: ModelServer;
let service: TestService;
let client: Client;
let sampleId: string;
let profileId: string;
/** In the order of the cases. */
const inspections: string[] = [];

beforeAll(async () => {
  openai = await startOpenAiServer({ apiKey: 'sk-test', models: ['gpt-4o'] });
  service = await startTestService({
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: openai.baseUrl },
  });
  ({ client } = await service.createTenantClient());
  sampleId = await createReadySample(client, await loadImage('deeppcb/00041000_test.jpg'));
  profileId = await createProfile(client, {
    name: 'Boards',
    className: 'board',
    model: 'gpt-4o',
    preset: 'CLASS',
  });
  for (const { score, truth } of CASES) {
    const id = await inspect(score);
    inspections.push(id);
    const kind = (score >= 0.5 ? 'ANOMALOUS' : 'NORMAL') === truth ? 'CONFIRM' : 'OVERTURN';
    await client.request(
      'mutation ($input: CreateReviewInput!) { createReview(input: $input) { errors { code } } }',
      { input: { inspectionId: id, kind } },
    );
  }
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await openai.stop();
});

/** An inspection whose model answers with the score. */
async function inspect(score: number): Promise<string> {
  const text = JSON.stringify({ reasoning: 'x', correctness: score > 0.5 ? 0 : 1, anomaly_score: score });
  openai.say({ kind: 'answer', text });
  const { createInspection } = await client.request<{ createInspection: { inspection: InspectionView } }>(
    `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
      inspection { id state pollAfterMs } errors { message } } }`,
    { input: { profileId, source: { sampleId } } },
  );
  return (await waitForInspection(client, createInspection.inspection)).id;
}

async function readInspection(id: string) {
  const { inspection } = await client.request<{ inspection: Readonly<Record<string, unknown>> }>(
    `query ($id: ID!) { inspection(id: $id) { verdict { decision score threshold thresholdSource }
      decisionNow { decision threshold thresholdSource profileVersion { number } } } }`,
    { id },
  );
  return inspection;
}

async function readVersion(): Promise<number> {
  const { profile } = await client.request<{ profile: { version: number } }>(
    'query ($id: ID!) { profile(id: $id) { version } }',
    { id: profileId },
  );
  return profile.version;
}

async function update(patch: object): Promise<void> {
  await client.request(
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { errors { message } } }',
    { input: { id: profileId, expectedVersion: await readVersion(), patch } },
  );
}

async function choose(input: object): Promise<{ choice: object | null; errors: object[] }> {
  const { chooseThreshold } = await client.request<{
    chooseThreshold: { choice: object | null; errors: object[] };
  }>(
    `mutation ($input: ChooseThresholdInput!) { chooseThreshold(input: $input) {
      profile { current { threshold thresholdSource } } choice { threshold reviews recall far } errors { code path } } }`,
    { input: { profileId, expectedVersion: await readVersion(), ...input } },
  );
  return chooseThreshold;
}

it('the health of a profile adds up its day', async () => {
  const today = new Date().toISOString();
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const { profile } = await client.request<{ profile: { health: readonly object[] } }>(
    `query ($id: ID!, $from: DateTime!, $to: DateTime!) { profile(id: $id) { health(from: $from, to: $to) {
      done failed normal anomalous uncertain refused reviewed overturned anomalyRate scoreHistogram inputTokens } } }`,
    { id: profileId, from: yesterday, to: today },
  );

  expect(profile.health).toHaveLength(2);
  // Eleven of the cases reach 0.5: 0.50, 0.55 and 0.60 of normal samples, all eight of anomalous ones.
  expect(profile.health.at(-1)).toMatchObject({
    done: 20,
    failed: 0,
    normal: 9,
    anomalous: 11,
    uncertain: 0,
    refused: 0,
    reviewed: 20,
    overturned: 3,
    anomalyRate: 0.55,
  });
  await expect(
    client.request(
      'query ($id: ID!, $to: DateTime!) { profile(id: $id) { health(from: "2020-01-01T00:00:00Z", to: $to) { done } } }',
      { id: profileId, to: today },
    ),
  ).rejects.toThrow(/1 to 92 days/);
});

it('drift is told by tests that say when there are too few verdicts', async () => {
  const today = new Date().toISOString();
  const read = (days: object) =>
    client.request<{ profileDrift: object | null }>(
      `query ($id: ID!, $period: DaysInput) { profileDrift(profileId: $id, period: $period) {
        period { done anomalyRate } baseline { done anomalyRate }
        scores { drifted effect pValue reason } anomalyRate { reason } } }`,
      { id: profileId, ...days },
    );
  const { profileDrift } = await read({});
  expect(profileDrift).toEqual({
    period: { done: 20, anomalyRate: 0.55 },
    baseline: { done: 0, anomalyRate: null },
    scores: {
      drifted: null,
      effect: null,
      pValue: null,
      reason: 'The period has 20 of the 30 verdicts with a score that the test takes.',
    },
    anomalyRate: { reason: 'The period has 20 of the 30 verdicts that the test takes.' },
  });
  await expect(read({ period: { from: '2020-01-01T00:00:00Z', to: today } })).rejects.toThrow(/1 to 92 days/);
});

interface Calibrated {
  readonly calibration: {
    readonly before: { readonly brier: number };
    readonly after: { readonly brier: number };
  } | null;
}

it('a calibration from reviews gives verdicts a probability and its version', async () => {
  const before = await client.request<{ inspection: object }>(
    'query ($id: ID!) { inspection(id: $id) { verdict { probability calibrationVersion } decisionNow { probability } } }',
    { id: inspections[0] },
  );
  expect(before.inspection).toEqual({
    verdict: { probability: null, calibrationVersion: null },
    decisionNow: { probability: null },
  });

  const calibrateProfile = await eventually(async () => {
    const answer = await client.request<{ calibrateProfile: Calibrated }>(
      `mutation ($id: ID!) { calibrateProfile(input: { profileId: $id }) {
      calibration { version method reviews anomalousReviews before { brier ece } after { brier ece } profileVersion { number } }
      errors { message } } }`,
      { id: profileId },
    );
    // The newest reviews may not be listed yet.
    expect(answer.calibrateProfile).toHaveProperty('errors', []);
    return answer.calibrateProfile;
  });
  expect(calibrateProfile).toMatchObject({
    calibration: {
      version: 1,
      method: 'PLATT',
      reviews: 20,
      anomalousReviews: 8,
      profileVersion: { number: 1 },
    },
    errors: [],
  });
  // By hand: normal 0.05 … 0.60 squared, and anomalous 0.55 … 0.90 from 1.
  const squares = CASES.map(({ score, truth }) => (score - (truth === 'ANOMALOUS' ? 1 : 0)) ** 2);
  expect(calibrateProfile.calibration?.before.brier).toBeCloseTo(squares.reduce((a, b) => a + b) / 20, 12);
  expect(calibrateProfile.calibration?.after.brier).toBeLessThan(0.1);

  const { profile } = await client.request<{ profile: { decisionChanges: { edges: readonly object[] } } }>(
    `query ($id: ID!) { profile(id: $id) { decisionChanges { edges { node {
      source samples rule { after { threshold } } calibration { version before { brier } after { brier } } } } } } }`,
    { id: profileId },
  );
  const { before: raw, after } = calibrateProfile.calibration ?? {};
  const calibrated = { version: 1, before: { brier: raw?.brier }, after: { brier: after?.brier } };
  expect(profile.decisionChanges.edges).toEqual([
    { node: { source: 'REVIEWS', samples: 20, rule: null, calibration: calibrated } },
  ]);

  const { inspection } = await client.request<{
    inspection: { verdict: { probability: number }; decisionNow: { probability: number } };
  }>(
    `query ($id: ID!) { inspection(id: $id) { verdict { score probability calibrationVersion }
      decisionNow { probability calibration { version } } } }`,
    { id: await inspect(0.9) },
  );
  expect(inspection).toMatchObject({
    verdict: { score: 0.9, calibrationVersion: 1 },
    decisionNow: { probability: inspection.verdict.probability, calibration: { version: 1 } },
  });
  // scikit-learn 1.2.1, _SigmoidCalibration on the same reviews.
  expect(inspection.verdict.probability).toBeCloseTo(0.94677, 3);
});

describe('a threshold', () => {
  it('that is changed decides stored inspections again, without asking a model', async () => {
    const asked = openai.requests.length;
    const last = inspections.at(-9) ?? '';
    const made = { decision: 'ANOMALOUS', score: 0.6, threshold: 0.5, thresholdSource: 'DEFAULT' };
    expect(await readInspection(last)).toMatchObject({
      verdict: made,
      decisionNow: { decision: 'ANOMALOUS', thresholdSource: 'DEFAULT', profileVersion: { number: 1 } },
    });

    await update({ threshold: 0.7 });
    expect(await readInspection(last)).toEqual({
      verdict: made,
      decisionNow: {
        decision: 'NORMAL',
        threshold: 0.7,
        thresholdSource: 'MANUAL',
        profileVersion: { number: 2 },
      },
    });
    expect(openai.requests).toHaveLength(asked);
  });

  it('is chosen from reviews, and the verdicts that follow say so', async () => {
    expect(await choose({ by: 'TARGET_FAR', target: 0 })).toEqual({
      profile: { current: { threshold: 0.65, thresholdSource: 'TARGET_FAR' } },
      choice: { threshold: 0.65, reviews: 20, recall: 0.75, far: 0 },
      errors: [],
    });
    expect(await choose({ by: 'F1_MAX' })).toMatchObject({ choice: { threshold: 0.55, recall: 1 } });
    const id = await inspect(0.52);
    expect(await readInspection(id)).toMatchObject({
      verdict: { decision: 'NORMAL', threshold: 0.55, thresholdSource: 'F1_MAX' },
    });
    expect(await choose({ by: 'TARGET_RECALL' })).toMatchObject({
      choice: null,
      errors: [{ code: 'INVALID', path: ['input', 'target'] }],
    });
  });

  it('of a profile that asks otherwise is for other scores', async () => {
    await update({ normality: 'Every trace is whole.' });
    expect(await readInspection(inspections[0] ?? '')).toMatchObject({ decisionNow: null });
    expect(await choose({ by: 'F1_MAX' })).toMatchObject({
      errors: [{ code: 'INVALID', path: ['input', 'profileId'] }],
    });
    await update({ normality: null });
    expect(await readInspection(inspections[0] ?? '')).toMatchObject({ decisionNow: { decision: 'NORMAL' } });
  });
});
