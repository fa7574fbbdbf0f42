import { createHash } from 'node:crypto';
import type { Client } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Behaviour } from '../fixtures/model-servers/behaviour.ts';
import { startGeminiServer } from '../fixtures/model-servers/gemini-server.ts';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import type { RecordedRequest } from '../fixtures/model-servers/scripted-server.ts';
import { requestDeletion, startDeletion } from '../support/deletion.ts';
import { createEvaluation, makeBoards, waitForEvaluation } from '../support/evaluation.ts';
import { startTestService, type TestService } from '../support/service.ts';

const ITEMS = 40;

let service: TestService;
let openai: ModelServer;
let gemini: ModelServer;
let client: Client;
let input: { profileId: string; datasetVersionId: string; useItemClass: boolean };

beforeAll(async () => {
  // Limits that REALTIME does not meet.
  const headers = { 'x-ratelimit-limit-requests': '60000', 'x-ratelimit-limit-tokens': '100000000' };
  openai = await startOpenAiServer({ apiKey: 'sk-test', models: ['gpt-4.1'], answer, headers });
  gemini = await startGeminiServer({ apiKey: 'g-test', models: ['gemini-3.5-flash'], answer });
  service = await startTestService({
    args: ['--sweep-every', '1'],
    environment: {
      OPENAI_API_KEY: 'sk-test',
      LOUPE_OPENAI_BASE_URL: openai.baseUrl,
      GEMINI_API_KEY: 'g-test',
      LOUPE_GEMINI_BASE_URL: gemini.baseUrl,
    },
  });
  ({ client } = await service.createTenantClient());
  input = await makeBoards(client, ITEMS, 'gpt-4.1');
}, 90_000);

afterAll(async () => {
  await service?.dispose();
  await openai?.stop();
  await gemini?.stop();
});

/** The same question has the same answer, asked alone or in a batch; some are refused, some can't be read at first. */
function answer(request: RecordedRequest): Behaviour {
  const body = JSON.stringify(request.body);
  const hash = createHash('sha256')
    .update(/board \d+/.exec(body)?.[0] ?? '')
    .digest();
  const kind = hash.readUInt8(2) % 8;
  if (kind === 0) return { kind: 'refuse' };
  if (kind === 1 && !body.includes('could not be read')) return { kind: 'answer', text: 'Hm.' };
  const score = hash.readUInt16BE(0) / 65_535;
  return {
    kind: 'answer',
    text: JSON.stringify({
      reasoning: 'By the hash.',
      correctness: score < 0.5 ? 1 : 0,
      anomaly_score: score,
    }),
  };
}

interface Judged {
  readonly evaluation: {
    readonly state: string;
    readonly progress: { lanes: { packed: number; submitted: number; finished: number } | null };
    readonly batches: { edges: { node: { requests: number; state: string; providerStatus: string } }[] };
    readonly items: { edges: { node: { name: string; costMicroUsd: number | null; outcome: string } }[] };
    readonly variants: { result: object }[];
  };
}

const METRICS =
  'acc auroc aupr f1Max coverage missing outcomes { outcome count } intervals { metric low high }';
const JUDGED = `query ($id: ID!) { evaluation(id: $id) { state
  progress { judged failed costMicroUsd lanes { packed submitted finished } }
  batches { edges { node { requests answered failed state providerStatus model } } }
  items(first: 100) { edges { node { name outcome score decision reasoning code costMicroUsd } } }
  variants { result { inputTokens outputTokens clean { pooled { ${METRICS} } } paper { pooled { ${METRICS} } } } } } }`;

async function readJudged(id: string): Promise<Judged['evaluation']> {
  const { evaluation } = await client.request<Judged>(JUDGED, { id });
  return evaluation;
}

async function judge(options: object): Promise<Judged['evaluation']> {
  const { id } = await createEvaluation(client, { ...input, ...options });
  await waitForEvaluation(client, id, 90_000);
  return readJudged(id);
}

function listCosts({ items }: Judged['evaluation']): (number | null)[] {
  return items.edges.map(({ node }) => node.costMicroUsd);
}

function withoutCosts({ items }: Judged['evaluation']): object[] {
  return items.edges.map(({ node }) => ({ ...node, costMicroUsd: null }));
}

describe('an evaluation in ECONOMY', () => {
  it('gives the figures that REALTIME gives, at half the price', async () => {
    const realtime = await judge({});
    const asked = openai.requests.length;
    const economy = await judge({ mode: 'ECONOMY' });
    expect(openai.requests.slice(asked).filter(({ path }) => path.includes('completions'))).toEqual([]);
    expect(economy.state).toBe('DONE');
    expect(economy.variants).toEqual(realtime.variants);
    expect(withoutCosts(economy)).toEqual(withoutCosts(realtime));
    const [whole, half] = [listCosts(realtime), listCosts(economy)];
    // Each item's cost is rounded to a micro-USD.
    for (const [i, cost] of half.entries())
      expect(Math.abs(2 * (cost ?? 0) - (whole[i] ?? 0))).toBeLessThanOrEqual(1);
    const outcomes = new Set(economy.items.edges.map(({ node }) => node.outcome));
    expect([...outcomes].sort()).toEqual(['PARSED', 'REFUSED']);

    // One batch with every item, one with those that could not be read.
    const again = openai.batches.batches.at(-1)?.requests.length ?? 0;
    expect(economy.progress.lanes).toEqual({ packed: 0, submitted: 0, finished: ITEMS + again });
    expect(economy.batches.edges.map(({ node }) => node)).toMatchObject([
      { requests: ITEMS, answered: ITEMS, failed: 0, state: 'ENDED', providerStatus: 'completed' },
      { requests: again, answered: again, failed: 0, state: 'ENDED', providerStatus: 'completed' },
    ]);
    expect(openai.batches.countFiles()).toBe(0);
  }, 120_000);

  it('goes by the Gemini API, too', async () => {
    const economy = await judge({ mode: 'ECONOMY', variants: [{ name: 'g', model: 'gemini-3.5-flash' }] });
    expect(economy.state).toBe('DONE');
    const [first] = economy.batches.edges;
    expect(first?.node).toMatchObject({ requests: ITEMS, providerStatus: 'JOB_STATE_SUCCEEDED' });
    expect(economy.items.edges).toHaveLength(ITEMS);
    expect(gemini.batches.batches).toEqual([]);
  }, 120_000);

  it('asks again only what an expired batch left open', async () => {
    openai.batches.plan({ end: 'EXPIRED', answers: ITEMS - 4 });
    const before = openai.batches.batches.length;
    const economy = await judge({ mode: 'ECONOMY', variants: [{ name: 'naive', preset: 'NAIVE' }] });
    expect(economy.items.edges).toHaveLength(ITEMS);
    const made = openai.batches.batches.slice(before);
    expect(made[0]?.requests).toHaveLength(ITEMS);
    const reached = new Set(made[0]?.answers.map(({ key }) => key));
    const left = made[0]?.requests.map(({ key }) => key).filter((key) => !reached.has(key)) ?? [];
    expect(left).toHaveLength(4);
    const again = made[1]?.requests.map(({ key }) => key) ?? [];
    expect(again).toEqual(expect.arrayContaining(left));
    // Beside them only what could not be read, in other words and so under other keys.
    expect(again.filter((key) => reached.has(key))).toEqual([]);
  }, 120_000);

  it('makes one batch when nobody heard that it was made', async () => {
    openai.batches.plan({ isUnheard: true });
    const before = openai.batches.batches.length;
    const economy = await judge({ mode: 'ECONOMY', variants: [{ name: 'rules', preset: 'RULES' }] });
    expect(economy.state).toBe('DONE');
    const whole = openai.batches.batches.slice(before).filter(({ requests }) => requests.length === ITEMS);
    expect(whole).toHaveLength(1);
  }, 120_000);

  it('has the provider stop when it is cancelled, keeps what came back, and goes on with the rest alone', async () => {
    openai.batches.plan({ looks: 999, answers: 5 });
    const before = openai.batches.batches.length;
    const variants = [{ name: 'reference', preset: 'REFERENCE' }];
    const { id } = await createEvaluation(client, { ...input, mode: 'ECONOMY', variants });
    await waitUntil(async () => (await readJudged(id)).progress.lanes?.submitted === ITEMS);
    await act('cancelEvaluation', { id });
    expect(await waitForEvaluation(client, id, 60_000)).toMatchObject({ state: 'CANCELLED' });
    const cancelled = await readJudged(id);
    const [batch] = openai.batches.batches.slice(before);
    expect(batch?.state).toBe('CANCELLED');
    const kept = cancelled.items.edges.map(({ node }) => node);
    expect(kept.length).toBeLessThanOrEqual(5);
    expect(kept.length).toBeGreaterThan(0);

    await act('resumeEvaluation', { id });
    expect(await waitForEvaluation(client, id, 60_000)).toMatchObject({ state: 'DONE' });
    const done = await readJudged(id);
    expect(done.items.edges).toHaveLength(ITEMS);
    expect(done.items.edges.map(({ node }) => node)).toEqual(expect.arrayContaining(kept));
    const [, second] = openai.batches.batches.slice(before);
    expect(second?.requests.length).toBe(ITEMS - kept.filter(({ outcome }) => outcome !== 'ERROR').length);
  }, 150_000);

  it('has the provider stop when its tenant is suspended', async () => {
    const { viewer } = await client.request<{ viewer: { tenant: { id: string } } }>(
      '{ viewer { tenant { id } } }',
    );
    const suspend = (mutation: string) =>
      service.operator.request(
        `mutation ($id: ID!) { ${mutation}(input: { id: $id }) { errors { message } } }`,
        {
          id: viewer.tenant.id,
        },
      );
    openai.batches.plan({ looks: 999 });
    const variants = [{ name: 'full', preset: 'FULL' }];
    const { id } = await createEvaluation(client, { ...input, mode: 'ECONOMY', variants });
    await waitUntil(async () => (await readJudged(id)).progress.lanes?.submitted === ITEMS);
    await suspend('archiveTenant');
    await waitUntil(() => openai.batches.batches.at(-1)?.state === 'CANCELLED');
    await suspend('restoreTenant');
    expect(await waitForEvaluation(client, id, 60_000)).toMatchObject({
      state: 'STOPPED',
      progress: { judged: 0, costMicroUsd: 0 },
    });
  }, 150_000);

  it('is called back and leaves nothing at its provider when it is deleted while it is at work', async () => {
    const files = openai.batches.countFiles();
    openai.batches.plan({ looks: 999, answers: 5 });
    const variants = [{ name: 'deleted', preset: 'FULL' }];
    const { id } = await createEvaluation(client, { ...input, mode: 'ECONOMY', variants });
    await waitUntil(async () => (await readJudged(id)).progress.lanes?.submitted === ITEMS);
    const begun = await startDeletion(client, 'deleteEvaluation', { id, idempotencyKey: 'once' });
    expect(begun).toMatchObject({ state: 'RUNNING', subject: 'EVALUATION', targetId: id });
    const again = await startDeletion(client, 'deleteEvaluation', { id, idempotencyKey: 'once' });
    expect(again.id).toBe(begun.id);
    const other = await requestDeletion(client, 'deleteEvaluation', { id });
    expect(other.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { resumeEvaluation } = await client.request<{ resumeEvaluation: { errors: object[] } }>(
      'mutation ($id: ID!) { resumeEvaluation(input: { id: $id }) { errors { code } } }',
      { id },
    );
    expect(resumeEvaluation.errors).toEqual([{ code: 'NOT_FOUND' }]);

    await waitUntil(() => openai.batches.batches.at(-1)?.state === 'CANCELLED');
    await waitUntil(async () => (await readJudged(id)) === null);
    expect(openai.batches.countFiles()).toBe(files);
  }, 150_000);

  it('keeps to its budget part by part, and counts in what the tenant has used', async () => {
    const used = await readSpend();
    const budgeted = { ...input, mode: 'ECONOMY', variants: [{ name: 'again', preset: 'CLASS' }] };
    const { estimateEvaluation } = await client.request<{ estimateEvaluation: { costMicroUsd: number } }>(
      'query ($input: CreateEvaluationInput!) { estimateEvaluation(input: $input) { costMicroUsd } }',
      { input: budgeted },
    );
    const before = openai.batches.batches.length;
    // The items are one part: its estimate has to fit as a whole.
    const maxCostMicroUsd = estimateEvaluation.costMicroUsd - 1;
    const { id } = await createEvaluation(client, { ...budgeted, maxCostMicroUsd });
    expect(await waitForEvaluation(client, id, 60_000)).toMatchObject({ state: 'STOPPED' });
    expect(openai.batches.batches).toHaveLength(before);
    await act('resumeEvaluation', { id, maxCostMicroUsd: estimateEvaluation.costMicroUsd });
    const done = await waitForEvaluation(client, id, 60_000);
    expect(done).toMatchObject({ state: 'DONE', progress: { judged: ITEMS } });
    expect((await readSpend()) - used).toBe(done.progress.costMicroUsd);
  }, 150_000);

  it('is refused for models without batches', async () => {
    for (const model of ['openai-compatible/qwen', 'loupe/reference-match']) {
      const { createEvaluation: made } = await client.request<{ createEvaluation: { errors: object[] } }>(
        `mutation ($input: CreateEvaluationInput!) { createEvaluation(input: $input) { errors { code path } } }`,
        { input: { ...input, mode: 'ECONOMY', variants: [{ name: 'x', model }] } },
      );
      expect(made.errors).toEqual([{ code: 'BATCH_UNAVAILABLE', path: ['input', 'mode'] }]);
    }
    const { models } = await client.request<{ models: { name: string; batches: boolean }[] }>(
      '{ models { name batches } }',
    );
    const takes = Object.fromEntries(models.map(({ name, batches }) => [name, batches]));
    expect(takes).toMatchObject({
      'gpt-4.1': true,
      'gemini-3.5-flash': true,
      'loupe/reference-match': false,
    });
  });

  it('is estimated at half the price', async () => {
    const estimate = async (mode: string) => {
      const { estimateEvaluation } = await client.request<{ estimateEvaluation: { costMicroUsd: number } }>(
        'query ($input: CreateEvaluationInput!) { estimateEvaluation(input: $input) { costMicroUsd } }',
        { input: { ...input, mode } },
      );
      return estimateEvaluation.costMicroUsd;
    };
    expect((await estimate('ECONOMY')) / (await estimate('REALTIME'))).toBeCloseTo(0.5, 4);
  });
});

async function act(mutation: string, options: object): Promise<void> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  await client.request(`mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { message } } }`, {
    input: options,
  });
}

function waitUntil(claim: () => boolean | Promise<boolean>): Promise<boolean> {
  return vi.waitUntil(claim, { timeout: 60_000, interval: 200 });
}

async function readSpend(): Promise<number> {
  const { usage } = await client.request<{ usage: { quotas: { quota: string; used: number }[] } }>(
    '{ usage { quotas { quota used } } }',
  );
  return usage.quotas.find(({ quota }) => quota === 'SPEND_MICRO_USD')?.used ?? 0;
}
