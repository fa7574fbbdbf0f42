import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeminiServer } from '../fixtures/model-servers/gemini-server.ts';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { loadImage } from '../support/images.ts';
import { itInOrder } from '../support/in-order.ts';
import { startTestService, type TestService } from '../support/service.ts';

const ANSWER = '{"reasoning": "The lower left corner is chipped.", "correctness": 0, "anomaly_score": 0.92}';

let openai: ModelServer;
let gemini: ModelServer;
let service: TestService;
let client: Client;
let reference: string;

beforeAll(async () => {
  openai = await startOpenAiServer({ apiKey: 'sk-test', models: ['gpt-4o', 'my-vlm'] });
  gemini = await startGeminiServer({ apiKey: 'g-test', models: ['gemini-3.5-flash'] });
  service = await startTestService({
    environment: {
      OPENAI_API_KEY: 'sk-test',
      LOUPE_OPENAI_BASE_URL: openai.baseUrl,
      GEMINI_API_KEY: 'g-test',
      LOUPE_GEMINI_BASE_URL: gemini.baseUrl,
    },
  });
  ({ client } = await service.createTenantClient());
  reference = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await Promise.all([openai.stop(), gemini.stop()]);
});

async function inspect(model: string, options: Record<string, unknown> = {}) {
  const profileId = await createProfile(client, {
    name: model,
    className: 'circuit board',
    normality: 'Every trace is whole.',
    model,
    referenceIds: [reference],
    ...options,
  });
  const file = await loadImage('deeppcb/00041000_test.jpg');
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  const ended = await waitForInspection(client, inspection);
  const { inspection: more } = await client.request<{
    inspection: { usage: Record<string, unknown> | null; verdict: Record<string, unknown> | null };
  }>(
    `query ($id: ID!) { inspection(id: $id) {
      usage { modelVersion inputTokens outputTokens costMicroUsd }
      verdict { decision outcome scoreSource threshold thresholdSource } } }`,
    { id: ended.id },
  );
  return { ...ended, usage: more.usage, details: more.verdict };
}

describe.each([
  ['gpt-4o', () => openai],
  ['openai-compatible/my-vlm', () => openai],
  ['gemini-3.5-flash', () => gemini],
] as const)('a profile that names %s', (model, getServer) => {
  itInOrder("is judged over the provider's own protocol, with the reference before the query", async () => {
    const server = getServer();
    const before = server.requests.length;
    server.script({ kind: 'answer', text: ANSWER });
    const ended = await inspect(model);
    expect(ended).toMatchObject({ state: 'DONE', verdict: { decision: 'ANOMALOUS', score: 0.92 } });
    expect(ended.verdict?.reasoning).toBe('The lower left corner is chipped.');
    expect(ended.details).toMatchObject({
      outcome: 'PARSED',
      scoreSource: 'VERBALISED',
      thresholdSource: 'DEFAULT',
    });
    expect(ended.usage?.inputTokens).toBeGreaterThan(0);
    expect(server.requests.length).toBe(before + 1);
    const body = JSON.stringify(server.requests[before]?.body);
    expect(body).toContain('The first image given about the circuit board is normal.');
    expect(body).toContain('Every trace is whole.');
  });

  it('is tried again after a rate limit and ends once', async () => {
    const server = getServer();
    server.script({ kind: 'rate-limit', retryAfterMs: 1000 }, { kind: 'answer', text: ANSWER });
    const ended = await inspect(model);
    expect(ended).toMatchObject({ state: 'DONE', verdict: { decision: 'ANOMALOUS' } });
  }, 120_000);

  itInOrder('tells a refusal from a failure: DONE, UNCERTAIN, without a score', async () => {
    const server = getServer();
    server.script({ kind: 'refuse' });
    const ended = await inspect(model);
    expect(ended).toMatchObject({
      state: 'DONE',
      verdict: { decision: 'UNCERTAIN', score: null, outcome: 'REFUSED' },
    });
  });

  itInOrder("takes the profile's threshold and band", async () => {
    const server = getServer();
    server.script({ kind: 'answer', text: ANSWER });
    const ended = await inspect(model, { threshold: 0.95, uncertainBand: 0.05 });
    expect(ended).toMatchObject({ state: 'DONE', verdict: { decision: 'UNCERTAIN', score: 0.92 } });
    expect(ended.details).toMatchObject({ threshold: 0.95, thresholdSource: 'MANUAL' });
  });
});

it('a provider that does not know the model ends the inspection as FAILED with a code', async () => {
  const ended = await inspect('gpt-unheard-of');
  expect(ended).toMatchObject({ state: 'FAILED', verdict: null, failure: { code: 'MODEL_NOT_FOUND' } });
});
