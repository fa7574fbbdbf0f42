import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, createClient, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { createKey } from '../isolation/world.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let openai: ModelServer;
let service: TestService;
let client: Client;
let profileId: string;

beforeAll(async () => {
  openai = await startOpenAiServer({ apiKey: 'sk-test', models: ['gpt-4o'] });
  service = await startTestService({
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: openai.baseUrl },
  });
  ({ client } = await service.createTenantClient());
  profileId = await createProfile(client, {
    name: 'Boards',
    className: 'board',
    model: 'gpt-4o',
    preset: 'CLASS',
    uncertainBand: 0.1,
  });
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await openai.stop();
});

/** An inspection whose model answers with the score. */
async function inspect(score: number): Promise<string> {
  const text = JSON.stringify({ reasoning: 'x', correctness: score > 0.5 ? 0 : 1, anomaly_score: score });
  openai.say({ kind: 'answer', text });
  const file = await loadImage('deeppcb/00041000_test.jpg');
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  return (await waitForInspection(client, inspection)).id;
}

interface Reviewed {
  readonly review: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[];
}

async function review(input: object, as = client): Promise<Reviewed> {
  const { createReview } = await as.request<{ createReview: Reviewed }>(
    `mutation ($input: CreateReviewInput!) { createReview(input: $input) {
      review { id kind truth decision score note actorId actorKind inspection { id } } errors { code path } } }`,
    { input },
  );
  return createReview;
}

const readCounts = async () => {
  const { profile } = await client.request<{ profile: { counts: object } }>(
    'query ($id: ID!) { profile(id: $id) { counts { done reviewed overturned overturnedShare } } }',
    { id: profileId },
  );
  return profile.counts;
};

describe('reviews', () => {
  it('confirm and overturn verdicts; the newest counts, all are kept', async () => {
    const inspectionId = await inspect(0.9);

    const first = await review({ inspectionId, kind: 'OVERTURN', note: 'A shadow.' });
    expect(first).toMatchObject({
      review: { kind: 'OVERTURN', truth: 'NORMAL', decision: 'ANOMALOUS', score: 0.9, note: 'A shadow.' },
      errors: [],
    });
    expect(first.review).toMatchObject({ actorKind: 'API_KEY', inspection: { id: inspectionId } });
    expect(await readCounts()).toEqual({ done: 1, reviewed: 1, overturned: 1, overturnedShare: 1 });

    await review({ inspectionId, kind: 'CONFIRM' });
    expect(await readCounts()).toEqual({ done: 1, reviewed: 1, overturned: 0, overturnedShare: 0 });
    await eventually(async () => {
      const { inspection } = await client.request<{ inspection: object }>(
        'query ($id: ID!) { inspection(id: $id) { reviews { edges { node { kind } } } } }',
        { id: inspectionId },
      );
      const edges = [{ node: { kind: 'CONFIRM' } }, { node: { kind: 'OVERTURN' } }];
      expect(inspection).toEqual({ reviews: { edges } });
    });
  });

  it('of an UNCERTAIN verdict has to say what the sample is', async () => {
    const inspectionId = await inspect(0.55);

    expect(await review({ inspectionId, kind: 'OVERTURN' })).toMatchObject({
      review: null,
      errors: [{ code: 'INVALID', path: ['input', 'truth'] }],
    });
    expect(await review({ inspectionId, kind: 'OVERTURN', truth: 'ANOMALOUS' })).toMatchObject({
      review: { decision: 'UNCERTAIN', truth: 'ANOMALOUS' },
    });
  });

  it('with the same idempotency key is one', async () => {
    const inspectionId = await inspect(0.1);
    const input = { inspectionId, kind: 'CONFIRM', idempotencyKey: 'station-1' };
    const both = [await review(input), await review(input)];

    expect(both[1]).toEqual(both[0]);
  });

  it('needs the action review.create and a verdict', async () => {
    const viewer = await createKey(client, { role: 'VIEWER' });
    const as = createClient({ url: service.url, apiKey: viewer.key });
    const inspectionId = await inspect(0.1);
    await expect(review({ inspectionId, kind: 'CONFIRM' }, as)).rejects.toThrow(/review.create/);

    const station = await createKey(client, { role: 'INSPECTOR', scopes: ['review.create'] });
    const asStation = createClient({ url: service.url, apiKey: station.key });
    const { createReview } = await asStation.request<{ createReview: { review: { actorId: string } } }>(
      'mutation ($input: CreateReviewInput!) { createReview(input: $input) { review { actorId } } }',
      { input: { inspectionId, kind: 'CONFIRM' } },
    );
    expect(createReview.review.actorId).toBe(station.id);

    const sampleId = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
    expect(await review({ inspectionId: sampleId, kind: 'CONFIRM' })).toMatchObject({
      errors: [{ code: 'NOT_FOUND', path: ['input', 'inspectionId'] }],
    });
  });

  it('are asked for by an event when a verdict is UNCERTAIN', async () => {
    const { createWebhook } = await client.request<{ createWebhook: { webhook: { id: string } } }>(
      `mutation { createWebhook(input: { url: "http://127.0.0.1:9/", events: ["review.requested", "inspection.completed"] }) {
        webhook { id } errors { message } } }`,
    );
    await inspect(0.5);

    await eventually(async () => {
      const { node } = await client.request<{
        node: { deliveries: { edges: { node: { event: string } }[] } };
      }>(
        'query ($id: ID!) { node(id: $id) { ... on Webhook { deliveries { edges { node { event } } } } } }',
        { id: createWebhook.webhook.id },
      );
      const events = node.deliveries.edges.map((edge) => edge.node.event).sort();
      expect(events).toEqual(['inspection.completed', 'review.requested']);
    });
  });
});
