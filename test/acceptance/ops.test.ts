import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { resources } from '@loupe/core/resources';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HashModel, startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { itInOrder } from '../support/in-order.ts';
import { createOps } from '../support/run-ops.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let model: HashModel;
let sqs: SQSClient;
let environment: Record<string, string>;
let ops: ReturnType<typeof createOps>;

beforeAll(async () => {
  model = await startHashModel();
  service = await startTestService({
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: model.baseUrl },
  });
  environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'loupe-local',
    AWS_SECRET_ACCESS_KEY: 'loupe-local-secret',
    AWS_ENDPOINT_URL_DYNAMODB: service.endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: service.endpoints.sqs,
    LOUPE_API_URL: service.endpoints.api,
    LOUPE_OPERATOR_KEY: service.operatorKey,
  };
  ops = createOps(environment);
  // The function is warm then: how long it takes to start is not the matter here.
  await service.createTenantClient('First');
  sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: service.endpoints.sqs,
    credentials: { accessKeyId: 'loupe-local', secretAccessKey: 'loupe-local-secret' },
  });
}, 120_000);
afterAll(async () => {
  sqs.destroy();
  await service.dispose();
  await model.stop();
});

describe('ops health', () => {
  it('is well while the API answers and nothing is dead or late', async () => {
    const { code, json } = await ops('health');
    expect(json).toMatchObject({ ok: true, api: 'ok', problems: [] });
    expect(json.queues).toHaveLength(resources.queues.filter(({ deadLetter }) => deadLetter).length);
    expect(code).toBe(0);
  });

  it('is not when nobody answers, and says where', async () => {
    const { code, json } = await ops('health', '--url', 'http://127.0.0.1:1');
    expect(json.problems).toEqual([expect.stringContaining('http://127.0.0.1:1/health does not answer')]);
    expect(code).toBe(1);
  });
});

describe('ops dead-letters', () => {
  itInOrder(
    'counts them, shows them and leaves them, and sends them back only with --yes',
    async () => {
      const body = JSON.stringify({ tenantId: 'ten_none', deliveryId: 'dlv_none' });
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl('deliver-dead'),
          MessageBody: body,
          MessageGroupId: 'ten_none',
        }),
      );

      expect((await ops('health')).json.problems).toEqual(['deliver has 1 dead letters']);
      const listed = await ops('dead-letters', 'list');
      expect(listed.code).toBe(1);
      expect(listed.json.queues).toContainEqual({ queue: 'deliver', dead: 1 });
      expect((await ops('dead-letters', 'inspect', 'deliver')).json).toMatchObject({
        messages: [{ body, tenantId: 'ten_none' }],
      });
      expect((await ops('dead-letters', 'redrive', 'deliver')).json).toMatchObject({
        dryRun: true,
        count: 1,
      });
      expect((await ops('dead-letters', 'list')).json.queues).toContainEqual({ queue: 'deliver', dead: 1 });
      expect((await ops('dead-letters', 'redrive', 'deliver', '--yes')).json).toMatchObject({
        ok: true,
        count: 1,
      });
      await expect
        .poll(async () => (await ops('dead-letters', 'list')).json.queues, { timeout: 60_000, interval: 500 })
        .toContainEqual({ queue: 'deliver', dead: 0 });
    },
    90_000,
  );

  it('are refused for a queue that there is not, by the names that there are', async () => {
    const { code, stderr } = await ops('dead-letters', 'inspect', 'nothing');
    expect(code).toBe(2);
    expect(stderr).toContain('There are: intake, convert');
  });

  it('of a stage that is not here say where they were looked for', async () => {
    const { code, stderr } = await ops('dead-letters', 'list', '--stage', 'production');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no queue "loupe-production-\S+" in us-east-1/);
  });
});

function queueUrl(queue: string): string {
  return `${service.endpoints.sqs}/000000000000/${queue}`;
}

describe('ops tenant', () => {
  it('shows, suspends and brings back, and changes nothing without --yes', async () => {
    const { id, client } = await service.createTenantClient('Acme');
    const isServed = () =>
      client.request('{ viewer { tenant { id } } }').then(
        () => true,
        () => false,
      );
    expect((await ops('tenant', 'show', id)).json).toMatchObject({
      tenant: { name: 'Acme', archivedAt: null },
    });
    expect((await ops('tenant', 'suspend', id)).json).toMatchObject({ dryRun: true });
    expect(await isServed()).toBe(true);
    expect((await ops('tenant', 'suspend', id, '--yes')).json).toMatchObject({
      tenant: { archivedAt: expect.any(String) },
    });
    await expect.poll(isServed, { timeout: 20_000 }).toBe(false);
    expect((await ops('tenant', 'resume', id, '--yes')).json).toMatchObject({ tenant: { archivedAt: null } });
    await expect.poll(isServed, { timeout: 20_000 }).toBe(true);
  }, 90_000);

  it('says which id is nobody’s, and which key is missing', async () => {
    const unknown = 'ten_01M816SNQM0E7ZAVNE43EJDENF';
    expect((await ops('tenant', 'show', unknown)).stderr).toContain(`no tenant "${unknown}"`);
    const { LOUPE_OPERATOR_KEY: _, ...without } = environment;
    expect((await createOps(without)('tenant', 'show', unknown)).stderr).toContain(
      'LOUPE_OPERATOR_KEY is not set',
    );
  });
});

describe('ops outage', () => {
  it('names the model whose provider is away, and the work that waits', async () => {
    const { client } = await service.createTenantClient('Waiting');
    const sample = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
    const profileId = await createProfile(client, { name: 'B', className: 'board', model: 'gpt-4.1' });
    model.fail(503);
    for (let i = 0; i < 6; i++) {
      await client.request(
        `mutation ($input: CreateInspectionInput!) {
          createInspection(input: $input) { inspection { id } errors { message } } }`,
        { input: { profileId, source: { sampleId: sample } } },
      );
    }
    await expect
      .poll(async () => (await ops('outage')).json.circuits, { timeout: 90_000, interval: 1000 })
      .toMatchObject([
        { model: expect.stringMatching(/^gpt-4\.1:/), circuit: expect.stringMatching(/OPEN|PROBING/) },
      ]);
    const { code, json } = await ops('outage');
    expect(code).toBe(1);
    expect(json.unfinished).toContainEqual(expect.objectContaining({ kind: 'inspection', count: 6 }));
  }, 120_000);
});
