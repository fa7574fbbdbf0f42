import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import type { Client } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { testFaults } from '../support/environment.ts';
import { createDataset, createEvaluation, importManifest, waitForEvaluation } from '../support/evaluation.ts';
import { type HashModel, startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

const ITEMS = 250;

let service: TestService;
let model: HashModel;
let client: Client;
let input: { profileId: string; datasetVersionId: string };

beforeAll(async () => {
  model = await startHashModel();
  service = await startTestService({
    args: ['--sweep-every', '2'],
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: model.baseUrl },
  });
  ({ client } = await service.createTenantClient());
  const sample = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
  const profileId = await createProfile(client, {
    name: 'B',
    className: 'board',
    preset: 'CLASS',
    model: 'gpt-4.1',
  });
  const lines = Array.from({ length: ITEMS }, (_, i) =>
    JSON.stringify({ item: `${i}`, sampleId: sample, class: 'board', label: i % 2 }),
  );
  const datasetId = await createDataset(client);
  const imported = await importManifest(client, { datasetId, format: 'JSONL' }, lines.join('\n'));
  input = { profileId, datasetVersionId: imported.datasetVersion?.id ?? '' };
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await model.stop();
});

async function resume(id: string, options: object) {
  await client.request(
    'mutation ($input: ResumeEvaluationInput!) { resumeEvaluation(input: $input) { errors { message } } }',
    { input: { id, ...options } },
  );
  return waitForEvaluation(client, id, 90_000);
}

/** Every item is asked once; again only by the worker that takes over from one that broke down before it could write. */
function expectAnswers(answered: number): void {
  if (testFaults) expect(answered).toBeGreaterThanOrEqual(ITEMS);
  else expect(answered).toBe(ITEMS);
}

async function readUsed(): Promise<Record<string, number>> {
  const { usage } = await client.request<{ usage: { quotas: { quota: string; used: number }[] } }>(
    '{ usage { quotas { quota used } } }',
  );
  const counted = usage.quotas.filter(({ quota }) => quota === 'TOKENS' || quota === 'SPEND_MICRO_USD');
  return Object.fromEntries(counted.map(({ quota, used }) => [quota, used]));
}

describe('an evaluation with a budget', () => {
  it('stops before it is passed, and goes on with another one', async () => {
    const { estimateEvaluation } = await client.request<{ estimateEvaluation: { costMicroUsd: number } }>(
      'query ($input: CreateEvaluationInput!) { estimateEvaluation(input: $input) { costMicroUsd } }',
      { input },
    );
    // Enough for the first chunk of 100 by the estimate, and not for another one on top of what that cost.
    const budget = Math.ceil(0.42 * estimateEvaluation.costMicroUsd);
    const { id } = await createEvaluation(client, { ...input, maxCostMicroUsd: budget });
    const stopped = await waitForEvaluation(client, id, 90_000);
    expect(stopped.progress.costMicroUsd).toBeLessThanOrEqual(budget);
    expect(stopped.progress.costMicroUsd).toBeGreaterThan(0);
    expect(['STOPPED', 'DONE']).toContain(stopped.state);
    expect(stopped.state === 'DONE').toBe(stopped.progress.judged === ITEMS);

    const done = await resume(id, { maxCostMicroUsd: null });
    // 100 tokens read and 10 written: 200 + 80 micro-USD an item, at $2 and $8 a million.
    expect(done).toMatchObject({ state: 'DONE', progress: { judged: ITEMS, costMicroUsd: 280 * ITEMS } });
    expectAnswers(model.answered());
    expect(await readUsed()).toEqual({ TOKENS: 110 * ITEMS, SPEND_MICRO_USD: 280 * ITEMS });
  }, 200_000);

  it('is refused when it is far too small', async () => {
    await expect(createEvaluation(client, { ...input, maxCostMicroUsd: 10 })).rejects.toThrow('far below');
  });
});

describe('items that ended in an error', () => {
  it('are asked again alone', async () => {
    model.fail(400);
    const { id } = await createEvaluation(client, {
      ...input,
      variants: [{ name: 'naive', preset: 'NAIVE' }],
    });
    const failed = await waitForEvaluation(client, id, 90_000);
    expect(failed).toMatchObject({ state: 'DONE', progress: { judged: ITEMS, failed: ITEMS } });
    model.fail(undefined);
    const before = model.answered();
    expect(await resume(id, { retryFailed: true })).toMatchObject({
      state: 'DONE',
      progress: { judged: ITEMS, failed: 0 },
    });
    const answered = model.answered();
    expectAnswers(answered - before);
    expect(await resume(id, { retryFailed: true })).toMatchObject({ state: 'DONE' });
    expect(model.answered()).toBe(answered);
  }, 200_000);
});

describe('an evaluation of a tenant that is suspended', () => {
  it('stops without asking on, and goes on when the tenant is back', async () => {
    const act = (mutation: string, id: string) =>
      service.operator.request(
        `mutation ($id: ID!) { ${mutation}(input: { id: $id }) { tenant { id } errors { message } } }`,
        { id },
      );
    const { viewer } = await client.request<{ viewer: { tenant: { id: string } } }>(
      '{ viewer { tenant { id } } }',
    );
    const before = model.answered();
    model.fail(503);
    const { id } = await createEvaluation(client, {
      ...input,
      variants: [{ name: 'again', preset: 'RULES' }],
    });
    await sleep(1500);
    await act('archiveTenant', viewer.tenant.id);
    // The workers look every two seconds.
    await sleep(5000);
    model.fail(undefined);
    // Long enough for the sweep to send what waited for the provider.
    await sleep(8000);
    // What was being asked then is answered: 16 items of each of three chunks.
    expect(model.answered() - before).toBeLessThanOrEqual(48);
    await act('restoreTenant', viewer.tenant.id);
    // A worker that broke down may not have come back to look before the tenant did.
    expect((await waitForEvaluation(client, id, 90_000)).state).toBeOneOf(
      testFaults ? ['STOPPED', 'DONE'] : ['STOPPED'],
    );
    expect(await resume(id, {})).toMatchObject({ state: 'DONE', progress: { judged: ITEMS } });
    expectAnswers(model.answered() - before);
  }, 200_000);
});

describe('an inspection of a tenant that is suspended', () => {
  it('fails without asking on, and can be asked again when the tenant is back', async () => {
    const tenant = await service.createTenantClient();
    const act = (mutation: string) =>
      service.operator.request(
        `mutation ($id: ID!) { ${mutation}(input: { id: $id }) { tenant { id } errors { message } } }`,
        { id: tenant.id },
      );
    const sampleId = await createReadySample(tenant.client, await loadImage('deeppcb/00041000_temp.jpg'));
    const profileId = await createProfile(tenant.client, {
      name: 'B',
      className: 'board',
      preset: 'CLASS',
      model: 'gpt-4.1',
    });
    const inspect = async () => {
      const { createInspection } = await tenant.client.request<{
        createInspection: { inspection: { id: string } };
      }>(
        `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
          inspection { id } errors { code } } }`,
        { input: { profileId, source: { sampleId } } },
      );
      return createInspection.inspection.id;
    };
    const read = async (id: string) =>
      (
        await tenant.client.request<{ inspection: { state: string; failure: object | null } }>(
          'query ($id: ID!) { inspection(id: $id) { state failure { code retryable } } }',
          { id },
        )
      ).inspection;
    const told: string[] = [];
    const receiver = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => told.push(chunk.toString()));
      request.on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      receiver.close();
      receiver.closeAllConnections();
    });
    await once(receiver, 'listening');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await tenant.client.request(
      `mutation ($url: String!) { createWebhook(input: { url: $url, events: ["inspection.failed"] }) { errors { code } } }`,
      { url },
    );
    model.fail(503);
    const waiting = await inspect();
    await act('archiveTenant');
    // It is asked again until the provider answers, and so its turn comes while the tenant is suspended.
    await expect.poll(() => told.join(), { timeout: 90_000 }).toContain(waiting);
    model.fail(undefined);
    await act('restoreTenant');
    expect(await read(waiting)).toEqual({
      state: 'FAILED',
      failure: { code: 'TENANT_SUSPENDED', retryable: true },
    });
    const again = await inspect();
    await expect.poll(() => read(again), { timeout: 60_000 }).toEqual({ state: 'DONE', failure: null });
  }, 200_000);
});

describe('the estimate of a variant with a cascade', () => {
  const cascade = (low: number, high: number) => ({
    name: 'cascade',
    calls: { cascade: { model: 'gpt-5.4-mini', low, high } },
  });

  async function estimate(variant: object) {
    const { estimateEvaluation } = await client.request<{
      estimateEvaluation: {
        calls: number;
        costMicroUsd: number;
        likelyCostMicroUsd: number;
        cascades: { variant: string; share: number; measuredIn: { id: string } | null }[];
      };
    }>(
      `query ($input: CreateEvaluationInput!) { estimateEvaluation(input: $input) { calls costMicroUsd likelyCostMicroUsd
        cascades { variant share measuredIn { id } } } }`,
      { input: { ...input, variants: [variant] } },
    );
    return estimateEvaluation;
  }

  it('has all items go up, or as many as an evaluation of the cheap model alone says', async () => {
    const mini = { name: 'mini', model: 'gpt-5.4-mini' };
    const [strong, cheap] = [await estimate({ name: 'profile' }), await estimate(mini)];
    expect(strong.cascades).toEqual([]);
    expect(strong.likelyCostMicroUsd).toBe(strong.costMicroUsd);
    expect(cheap.costMicroUsd).toBeGreaterThan(0);
    // Rounded up once, not twice.
    const both = strong.costMicroUsd + cheap.costMicroUsd;
    const assumed = await estimate(cascade(0.2, 0.8));
    expect(assumed).toMatchObject({
      calls: 2 * ITEMS,
      likelyCostMicroUsd: assumed.costMicroUsd,
      cascades: [{ variant: 'cascade', share: 1, measuredIn: null }],
    });
    expect(Math.abs(assumed.costMicroUsd - both)).toBeLessThanOrEqual(1);

    // The items are one question, so the model gives all of them one score.
    const { id } = await createEvaluation(client, { ...input, variants: [mini] });
    await waitForEvaluation(client, id, 90_000);
    const { evaluation } = await client.request<{
      evaluation: { items: { edges: { node: { score: number } }[] } };
    }>('query ($id: ID!) { evaluation(id: $id) { items(first: 1) { edges { node { score } } } } }', { id });
    const score = evaluation.items.edges[0]?.node.score ?? Number.NaN;
    const [away, around] =
      score < 0.5 ? [cascade(0.6, 1), cascade(0, 0.6)] : [cascade(0, 0.4), cascade(0.4, 1)];
    expect(await estimate(around)).toEqual({
      ...assumed,
      cascades: [{ variant: 'cascade', share: 1, measuredIn: { id } }],
    });
    expect(await estimate(away)).toEqual({
      ...assumed,
      likelyCostMicroUsd: cheap.costMicroUsd,
      cascades: [{ variant: 'cascade', share: 0, measuredIn: { id } }],
    });
  }, 120_000);
});
