import {
  createInspection,
  createProfile,
  createReadySample,
  type InspectionView,
  waitForInspection,
} from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { at } from '../fixtures/model-servers/scripted-server.ts';
import { loadImage } from '../support/images.ts';
import { itInOrder } from '../support/in-order.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** How models are called: votes, cascades, kept answers, limits of money and of the provider. */

let openai: ModelServer;
let service: TestService;
let client: Client;
let reference: string;

beforeAll(async () => {
  openai = await startOpenAiServer({
    apiKey: 'sk-test',
    models: ['gpt-4.1', 'gpt-4o', 'gpt-5-mini', 'my-vlm'],
  });
  service = await startTestService({
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: openai.baseUrl },
  });
  ({ client } = await service.createTenantClient());
  reference = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await openai.stop();
});

function answer(score: number) {
  const text = JSON.stringify({
    reasoning: `Scored ${score}.`,
    correctness: score < 0.5 ? 1 : 0,
    anomaly_score: score,
  });
  return { kind: 'answer', text } as const;
}

function makeProfile(
  model: string,
  calls: Record<string, unknown>,
  prompt: Record<string, unknown> = {},
): Promise<string> {
  return createProfile(client, {
    name: model,
    className: 'circuit board',
    model,
    referenceIds: [reference],
    calls,
    prompt,
  });
}

async function inspect(profileId: string) {
  const file = await loadImage('deeppcb/00041000_test.jpg');
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  return waitWithUsage(client, inspection);
}

/** An inspection of a sample that is there already, once it has ended. */
async function inspectSample(by: Client, profileId: string, sampleId: string) {
  const { createInspection: created } = await by.request<{
    createInspection: { inspection: InspectionView };
  }>(
    `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
      inspection { id state pollAfterMs } } }`,
    { input: { profileId, source: { sampleId } } },
  );
  return waitWithUsage(by, created.inspection);
}

async function waitWithUsage(by: Client, inspection: InspectionView) {
  const ended = await waitForInspection(by, inspection);
  const { inspection: more } = await by.request<{
    inspection: { usage: { inputTokens: number; costMicroUsd: number | null } | null };
  }>('query ($id: ID!) { inspection(id: $id) { usage { inputTokens costMicroUsd } } }', { id: ended.id });
  return { ...ended, usage: more.usage };
}

describe('a profile', () => {
  itInOrder('has a sample judged by several votes, and pays for each', async () => {
    const before = openai.requests.length;
    openai.script(answer(0.2), answer(0.9), answer(0.7));
    const profile = await makeProfile('gpt-4.1', { votes: 3, fusion: 'MEDIAN' });

    const ended = await inspect(profile);

    expect(openai.requests.length - before).toBe(3);
    expect(ended).toMatchObject({ state: 'DONE', verdict: { decision: 'ANOMALOUS', score: 0.7 } });
    expect(ended.usage?.costMicroUsd).toBeGreaterThan(0);
  });

  itInOrder('with a cascade asks its model only where the cheap one is not sure', async () => {
    const before = openai.requests.length;
    const cheap = { model: 'loupe/reference-match', low: 0 };
    const sure = await inspect(await makeProfile('gpt-4.1', { cascade: { ...cheap, high: 0.01 } }));
    const afterSure = openai.requests.length;
    openai.script(answer(0.1));
    const unsure = await inspect(await makeProfile('gpt-4.1', { cascade: { ...cheap, high: 1 } }));

    expect(afterSure).toBe(before);
    expect(sure).toMatchObject({ state: 'DONE', verdict: { decision: 'ANOMALOUS' } });
    expect(openai.requests.length).toBe(before + 1);
    expect(unsure).toMatchObject({ state: 'DONE', verdict: { decision: 'NORMAL', score: 0.1 } });
  });

  itInOrder('that keeps answers asks the same question once', async () => {
    const before = openai.requests.length;
    openai.script(answer(0.8));
    const profile = await makeProfile('gpt-4.1', { cacheAnswers: true });

    const first = await inspect(profile);
    const second = await inspect(profile);

    expect(openai.requests.length - before).toBe(1);
    expect(second.verdict?.score).toBe(first.verdict?.score);
    expect(second.usage).toEqual({ inputTokens: 0, costMicroUsd: 0 });
  });

  itInOrder(
    'takes the probability of the verdict for its score, of a kept answer too, or the answer’s own',
    async () => {
      const tokens = [
        [['{"reasoning": "x", "correctness": ', 0]],
        [
          ['0', Math.log(0.75)],
          ['1', Math.log(0.25)],
        ],
        [[', "anomaly_score": 0.9}', 0]],
      ] as const;
      const text = tokens.map(([[token]]) => token).join('');
      const before = openai.requests.length;
      openai.script({ kind: 'answer', text, tokens }, { kind: 'answer', text, tokens });

      const keeping = await makeProfile('gpt-4o', { cacheAnswers: true });
      const judged = [await inspect(keeping), await inspect(keeping)];
      const own = await inspect(await makeProfile('gpt-4o', {}, { scoreFrom: 'VERBALISED' }));

      const requests = openai.requests.slice(before);
      expect(requests.map(({ body }) => at(body, 'logprobs'))).toEqual([true, undefined]);
      for (const { id, verdict } of judged) {
        // 0.75 of 0.75 and 0.25.
        expect(verdict?.score).toBeCloseTo(0.75, 9);
        const { inspection } = await client.request<{ inspection: object }>(
          'query ($id: ID!) { inspection(id: $id) { verdict { scoreSource looks { scoreSource } notes } } }',
          { id },
        );
        expect(inspection).toEqual({
          verdict: { scoreSource: 'LOGPROB', looks: [{ scoreSource: 'LOGPROB' }], notes: [] },
        });
      }
      expect(own.verdict?.score).toBe(0.9);
    },
  );

  it('stops before the call that would exceed its spending limit', async () => {
    const before = openai.requests.length;

    const ended = await inspect(await makeProfile('gpt-4.1', { dailySpendMicroUsd: 100 }));

    expect(ended).toMatchObject({ state: 'FAILED', failure: { code: 'SPEND_LIMIT' } });
    expect(openai.requests.length).toBe(before);
  });

  it('gives back what was set aside and not spent', async () => {
    // A call holds some 6,000 micro-USD at most and costs far less: the limit lets one be under way, and many be made.
    const profile = await makeProfile('gpt-4.1', { monthlySpendMicroUsd: 12_000 });
    const states = [];
    for (let call = 0; call < 4; call += 1) states.push((await inspect(profile)).state);

    expect(states).toEqual(['DONE', 'DONE', 'DONE', 'DONE']);
  }, 120_000);

  it.each([
    ['gpt-4o', {}],
    ['gpt-4.1', { models: ['gpt-4o'] }],
    ['gpt-4.1', { cascade: { model: 'openai-compatible/my-vlm', low: 0.2, high: 0.8 } }],
  ])('that asks a model without a price can have no limit of money: %s, %j', async (model, calls) => {
    await expect(makeProfile(model, { ...calls, monthlySpendMicroUsd: 1_000_000 })).rejects.toThrow(
      /INVALID at input\.calls\.monthlySpendMicroUsd: What the model "(gpt-4o|openai-compatible\/my-vlm)" costs is not known/,
    );
  });

  itInOrder(
    'says of how many inspections the cost is not known, wherever it shows a sum',
    async () => {
      const { client: own } = await service.createTenantClient();
      const sampleId = await createReadySample(own, await loadImage('deeppcb/00041000_temp.jpg'));
      const [unpriced, priced] = await Promise.all(
        ['gpt-4o', 'gpt-4.1'].map(async (model) => {
          const profileId = await createProfile(own, { name: model, className: 'board', model });
          const { usage } = await inspectSample(own, profileId, sampleId);
          return { profileId, usage };
        }),
      );
      const cost = priced?.usage?.costMicroUsd ?? 0;
      const today = new Date().toISOString();
      const read = () =>
        own.request(
          `query ($unpriced: ID!, $priced: ID!, $today: DateTime!) {
          usage { quotas { quota used costUnknownCount } days { inspections costMicroUsd costUnknownCount } }
          unpriced: profile(id: $unpriced) { health(from: $today, to: $today) { costMicroUsd costUnknownCount } }
          priced: profile(id: $priced) { health(from: $today, to: $today) { costMicroUsd costUnknownCount } }
        }`,
          { unpriced: unpriced?.profileId, priced: priced?.profileId, today },
        );

      expect(unpriced?.usage?.costMicroUsd).toBeNull();
      expect(cost).toBeGreaterThan(0);
      // What was set aside for a call is given back just after its inspection is DONE.
      await expect.poll(read, { timeout: 15_000 }).toMatchObject({
        usage: {
          quotas: expect.arrayContaining([{ quota: 'SPEND_MICRO_USD', used: cost, costUnknownCount: 1 }]),
          days: [{ inspections: 2, costMicroUsd: cost, costUnknownCount: 1 }],
        },
        unpriced: { health: [{ costMicroUsd: 0, costUnknownCount: 1 }] },
        priced: { health: [{ costMicroUsd: cost, costUnknownCount: 0 }] },
      });
    },
    30_000,
  );

  itInOrder(
    'that broke off in a call has it counted with the plan, as dear as it can have been',
    async () => {
      const { client: own } = await service.createTenantClient();
      const sampleId = await createReadySample(own, await loadImage('deeppcb/00041000_temp.jpg'));
      const input = { name: 'B', className: 'board', preset: 'CLASS', model: 'gpt-4.1' };
      const profileId = await createProfile(own, input);
      openai.script({ kind: 'reset-mid-body' }, answer(0.2));

      const ended = await inspectSample(own, profileId, sampleId);

      expect(ended.state).toBe('DONE');
      const readUsed = async () => {
        const { usage } = await own.request<{ usage: { quotas: { quota: string; used: number }[] } }>(
          '{ usage { quotas { quota used } } }',
        );
        return (usage.quotas.find(({ quota }) => quota === 'SPEND_MICRO_USD')?.used ?? 0) - cost;
      };
      const cost = ended.usage?.costMicroUsd ?? 0;
      expect(cost).toBeGreaterThan(0);
      // An answer of 300 tokens alone would have cost 8 USD a million.
      await expect.poll(readUsed, { timeout: 15_000 }).toBeGreaterThan(2400);
      await expect.poll(readUsed, { timeout: 15_000 }).toBeLessThan(6000);
    },
  );

  itInOrder(
    'that waits for its provider says why, until it is judged',
    async () => {
      openai.script({ kind: 'rate-limit', retryAfterMs: 8000 }, answer(0.2));
      const input = { profileId: await makeProfile('gpt-5-mini', {}), source: { sampleId: reference } };
      const { createInspection: created } = await client.request<{
        createInspection: { inspection: InspectionView };
      }>(
        `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
        inspection { id state pollAfterMs } } }`,
        { input },
      );
      const readReason = async () => {
        const { inspection } = await client.request<{ inspection: { waitReason: object | null } }>(
          'query ($id: ID!) { inspection(id: $id) { waitReason { code message retryable } } }',
          { id: created.inspection.id },
        );
        return inspection.waitReason;
      };

      await expect.poll(readReason, { timeout: 15_000, interval: 100 }).toEqual({
        code: 'RATE_LIMITED',
        message: expect.stringMatching(/limit/),
        retryable: true,
      });
      expect((await waitForInspection(client, created.inspection)).state).toBe('DONE');
      expect(await readReason()).toBeNull();
    },
    60_000,
  );

  it('can be chosen by what its model costs and can do', async () => {
    const { models } = await client.request<{
      models: { name: string; price: object | null; logprobs: boolean | null }[];
    }>(
      `{ models { name logprobs structuredOutput contextTokens
        price { inputMicroUsd cachedInputMicroUsd outputMicroUsd source } } }`,
    );
    const prices = new Map(models.map(({ name, price }) => [name, price]));

    // 2 and 8 USD a million tokens.
    expect(prices.get('gpt-4.1')).toMatchObject({ inputMicroUsd: 2_000_000, outputMicroUsd: 8_000_000 });
    expect(prices.get('loupe/reference-match')).toMatchObject({ inputMicroUsd: 0, outputMicroUsd: 0 });
    expect(prices.get('gpt-4o')).toBeNull();
    const withProbabilities = models.filter(({ logprobs }) => logprobs).map(({ name }) => name);
    expect(withProbabilities).toEqual(['gpt-4.1', 'gpt-4o']);
    expect(models).toContainEqual(
      expect.objectContaining({ name: 'gpt-4o', structuredOutput: true, contextTokens: 128_000 }),
    );
  }, 30_000);

  it('that does not wait fails at the first rate limit', async () => {
    openai.script({ kind: 'rate-limit', retryAfterMs: 30_000 });
    const ended = await inspect(await makeProfile('openai-compatible/my-vlm', { failFast: true }));

    expect(ended).toMatchObject({ state: 'FAILED', failure: { code: 'RATE_LIMITED' } });
  });

  it('names settings that contradict each other', async () => {
    await expect(
      makeProfile('gpt-4.1', { cascade: { model: 'loupe/reference-match', low: 0.9, high: 0.1 } }),
    ).rejects.toThrow(/low has to be below high/);
  });
});

it('more inspections than a provider lets through at once wait their turn and are all judged', async () => {
  const profileId = await makeProfile('gpt-4o', {});
  const create =
    'mutation ($input: CreateInspectionInput!) { createInspection(input: $input) { inspection { id } } }';

  const ids = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const input = { profileId, source: { sampleId: reference } };
      const { createInspection: created } = await client.request<{
        createInspection: { inspection: { id: string } };
      }>(create, { input });
      return created.inspection.id;
    }),
  );

  const read = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Inspection { state } } }';
  await vi.waitFor(
    async () => {
      const { nodes } = await client.request<{ nodes: { state: string }[] }>(read, { ids });
      expect(nodes.map(({ state }) => state)).toEqual(Array(16).fill('DONE'));
    },
    { timeout: 90_000, interval: 500 },
  );
}, 120_000);
