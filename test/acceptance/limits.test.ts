import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { ApiError, type Client, createClient, type UploadTicket, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
}, 120_000);
afterAll(() => service.dispose());

async function createTenant(plan: string): Promise<{ id: string; apiKey: string; client: Client }> {
  const { createTenant: made } = await service.operator.request<{
    createTenant: { tenant: { id: string }; apiKey: string };
  }>('mutation ($input: CreateTenantInput!) { createTenant(input: $input) { tenant { id } apiKey } }', {
    input: { name: 'Limited', plan },
  });
  const { apiKey } = made;
  return { id: made.tenant.id, apiKey, client: createClient({ url: service.url, apiKey }) };
}

interface Usage {
  readonly plan: string;
  readonly quotas: readonly {
    readonly quota: string;
    readonly used: number;
    readonly limit: number | null;
  }[];
  readonly days: readonly { readonly inspections: number; readonly failed: number }[];
}

const readUsage = async (client: Client) =>
  (
    await client.request<{ usage: Usage }>(
      '{ usage { plan quotas { quota used limit } days { inspections failed } } }',
    )
  ).usage;
const usedOf = async (client: Client, quota: string) =>
  (await readUsage(client)).quotas.find((entry) => entry.quota === quota)?.used;

/** `OK`, or the code of the refusal. */
async function outcome(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return 'OK';
  } catch (error) {
    return error instanceof ApiError ? (error.errors[0]?.extensions?.code ?? 'ERROR') : String(error);
  }
}

/** Runs them all, so many at a time. */
async function runAll<T>(
  count: number,
  atATime: number,
  run: (position: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (let position = next++; position < count; position = next++) results.push(await run(position));
    }),
  );
  return results;
}

const announce = (client: Client, bytes: number, idempotencyKey?: string) =>
  client.request<{ createSample: { sample: { id: string } } }>(
    `mutation ($input: CreateSampleInput!) { createSample(input: $input) { sample { id } errors { code } } }`,
    { input: { file: { name: 'a.jpg', bytes, contentType: 'image/jpeg' }, idempotencyKey } },
  );

interface ThresholdEvent {
  readonly quota: string;
  readonly percent: number;
  readonly limit: number;
  readonly used: number;
}

/** What the tenant's one webhook was to be told. */
async function readEvents(client: Client): Promise<ThresholdEvent[]> {
  const { webhooks } = await client.request<{
    webhooks: { edges: { node: { deliveries: { edges: { node: { body: string } }[] } } }[] };
  }>('{ webhooks(first: 1) { edges { node { deliveries { edges { node { body } } } } } } }');
  return webhooks.edges.flatMap(({ node }) =>
    node.deliveries.edges.map((edge) => (JSON.parse(edge.node.body) as { data: ThresholdEvent }).data),
  );
}

describe('a quota', () => {
  it('of storage is not exceeded by announcements that come together, and tells of 80 and of 100 % once', async () => {
    const { id, client } = await createTenant('TRIAL');
    const bytes = 50 * 1024 ** 2;
    await client.request(
      `mutation { createWebhook(input: { url: "http://127.0.0.1:9/", events: ["quota.threshold"] }) {
        errors { code } } }`,
    );
    const outcomes = await runAll(48, 12, async () => {
      for (;;) {
        const result = await outcome(announce(client, bytes));
        if (result !== 'RATE_LIMITED') return result;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
    // 2 GiB hold 40 files of 50 MiB, and 48 MiB more.
    expect(outcomes.filter((result) => result === 'OK')).toHaveLength(40);
    expect(outcomes.filter((result) => result === 'QUOTA_EXCEEDED')).toHaveLength(8);
    expect(await usedOf(client, 'STORAGE_BYTES')).toBe(40 * bytes);
    expect(await outcome(announce(client, 48 * 1024 ** 2))).toBe('OK');
    const limit = 2 * 1024 ** 3;
    await eventually(async () => {
      const events = await readEvents(client);
      expect(events.toSorted((left, right) => left.percent - right.percent)).toMatchObject([
        { quota: 'STORAGE_BYTES', percent: 80, limit },
        { quota: 'STORAGE_BYTES', percent: 100, limit, used: limit },
      ]);
    });
    await service.operator.request(
      `mutation ($id: ID!) { updateTenant(input: { id: $id, expectedVersion: 1, patch: { plan: ENTERPRISE } }) {
        errors { code } } }`,
      { id },
    );
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await outcome(announce(client, bytes))).toBe('OK');
  }, 120_000);

  it('of the plan is the operator’s to change', async () => {
    const { id, client } = await createTenant('TRIAL');
    const refused = outcome(
      client.request(
        `mutation ($id: ID!) { updateTenant(input: { id: $id, expectedVersion: 1, patch: { plan: ENTERPRISE } }) {
          errors { code } } }`,
        { id },
      ),
    );
    expect(await refused).toBe('FORBIDDEN');
  });

  it('counts an inspection that is judged, and gives one back that failed', async () => {
    const { client } = await service.createTenantClient();
    const image = await loadImage('deeppcb/00041002_temp.jpg');
    const sample = await createReadySample(client, image);
    const profile = await createProfile(client, { name: 'b', className: 'b', referenceIds: [sample] });
    const inspect = async (file: Uint8Array<ArrayBuffer>) => {
      const { createInspection } = await client.request<{
        createInspection: { inspection: { id: string }; upload: UploadTicket };
      }>(
        `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) {
          inspection { id } upload { url method fields { name value } } } }`,
        {
          input: {
            profileId: profile,
            source: { file: { name: 'a.jpg', bytes: file.length, contentType: 'image/jpeg' } },
          },
        },
      );
      await uploadFile(createInspection.upload, file);
      return client.request<{ inspection: { id: string; pollAfterMs: number | null } }>(
        'query ($id: ID!) { inspection(id: $id) { id pollAfterMs } }',
        { id: createInspection.inspection.id },
      );
    };
    const done = await inspect(image.bytes);
    const failed = await inspect(new Uint8Array(100).fill(7));
    expect(await usedOf(client, 'INSPECTIONS')).toBe(2);
    for (const { inspection } of [done, failed])
      await waitForInspection(client, inspection as Parameters<typeof waitForInspection>[1]);
    expect(await usedOf(client, 'INSPECTIONS')).toBe(1);
    const { days, plan } = await readUsage(client);
    expect(plan).toBe('STANDARD');
    expect(days).toEqual([{ inspections: 1, failed: 1 }]);
    const { usage } = await client.request<{ usage: { table: string } }>('{ usage { table(by: HOUR) } }');
    const [header = '', ...lines] = usage.table.trimEnd().split('\r\n');
    expect(header.split(',').slice(1, 4)).toEqual(['starts_at', 'inspections', 'failed']);
    // The two may have ended in different hours.
    const counts = lines.map((line) => line.split(',').slice(2, 4).map(Number));
    expect([0, 1].map((column) => counts.reduce((sum, row) => sum + (row[column] ?? 0), 0))).toEqual([1, 1]);
  }, 120_000);
});

describe('the limits of a file', () => {
  it('are the plan’s; a profile lowers them, and a refusal names the limit, its value and who set it', async () => {
    const { client } = await createTenant('TRIAL');
    const { usage } = await client.request<{ usage: { fileLimits: Record<string, number> } }>(
      '{ usage { fileLimits { bytes channels frames pixels points rows seconds } } }',
    );
    expect(usage.fileLimits).toMatchObject({ points: 5_000_000, seconds: 1800 });

    const create = (fileLimits: object) =>
      client.request<{
        createProfile: {
          profile: { id: string; current: { fileLimits: object } } | null;
          errors: { path: string[] }[];
        };
      }>(
        `mutation ($input: CreateProfileInput!) { createProfile(input: $input) {
          profile { id current { fileLimits { bytes points rows } } } errors { path } } }`,
        { input: { name: 'Cats', className: 'cat', fileLimits } },
      );
    const { createProfile: refused } = await create({ points: 5_000_001 });
    expect(refused).toEqual({ profile: null, errors: [{ path: ['input', 'fileLimits', 'points'] }] });
    const {
      createProfile: { profile },
    } = await create({ bytes: 200_000, points: 1000 });
    expect(profile?.current.fileLimits).toEqual({ bytes: 200_000, points: 1000, rows: null });

    const bytes = await readFile(join(import.meta.dirname, '../fixtures/pointclouds/ism_train_cat.pcd'));
    // Of 3,400 points, as its header says.
    const cat = { name: 'cat.pcd', contentType: 'application/octet-stream', bytes };
    const tooLarge = { ...cat, bytes: Buffer.concat([bytes, Buffer.alloc(200_001 - bytes.length, ' ')]) };
    const profileId = profile?.id ?? '';
    await expect(createInspection(client, profileId, tooLarge)).rejects.toThrow(
      `bytes = 200000, set by the profile ${profileId}`,
    );
    const sent = await createInspection(client, profileId, cat);
    if (!sent.upload) throw new Error('There is no ticket.');
    await uploadFile(sent.upload, cat.bytes);
    await waitForInspection(client, sent.inspection);
    const { inspection } = await client.request<{
      inspection: { failure: object; sample: { failure: object } };
    }>(
      `query ($id: ID!) { inspection(id: $id) { failure { code limit { name } }
        sample { failure { code message limit { name setBy value } } } } }`,
      { id: sent.inspection.id },
    );
    expect(inspection.failure).toEqual({ code: 'SAMPLE_REJECTED', limit: { name: 'points' } });
    expect(inspection.sample.failure).toEqual({
      code: 'TOO_MANY_POINTS',
      message: expect.stringContaining(`The limit is points = 1000, set by the profile ${profileId}.`),
      limit: { name: 'points', setBy: 'PROFILE', value: 1000 },
    });
  }, 60_000);
});

describe('one mutation sent 1,000 times at once', () => {
  it('has one effect, is counted once, and answers the same', async () => {
    const { client } = await createTenant('ENTERPRISE');
    const answers = await runAll(1000, 50, () => announce(client, 5, 'the only one'));
    expect(new Set(answers.map(({ createSample }) => createSample.sample.id)).size).toBe(1);
    expect(await usedOf(client, 'STORAGE_BYTES')).toBe(5);
    const { samples } = await client.request<{ samples: { edges: object[] } }>(
      '{ samples { edges { cursor } } }',
    );
    expect(samples.edges).toHaveLength(1);
  }, 120_000);
});

describe('a tenant that floods', () => {
  it('is told when to come again, by 429, while its neighbour is served', async () => {
    const [{ client: flooder }, { client: neighbour }] = [
      await createTenant('TRIAL'),
      await createTenant('TRIAL'),
    ];
    const refusals: ApiError[] = [];
    let isOver = false;
    const calm = (async () => {
      const seen: string[] = [];
      while (!isOver) {
        seen.push(await outcome(neighbour.request('{ viewer { tenant { id } } }')));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return seen;
    })();
    const outcomes = await runAll(1500, 16, async () => {
      try {
        await flooder.request('{ profiles(first: 50) { edges { node { id } } } }');
        return 'OK';
      } catch (error) {
        if (error instanceof ApiError) refusals.push(error);
        return 'REFUSED';
      }
    });
    isOver = true;
    expect(outcomes).toContain('OK');
    expect(refusals.length).toBeGreaterThan(500);
    for (const { status, errors } of refusals) {
      expect(status).toBe(429);
      expect(errors[0]?.extensions?.code).toBe('RATE_LIMITED');
      expect(errors[0]?.extensions?.retryAfterMs).toBeGreaterThan(0);
    }
    expect(new Set(await calm)).toEqual(new Set(['OK']));
  }, 120_000);

  it('is refused unread, whatever it sends, once it was told five times to wait', async () => {
    const { client, apiKey } = await createTenant('TRIAL');
    // About 2,500 objects: more than the bucket holds, so that the wait is a long one.
    const large =
      '{ profiles(first: 100) { edges { node { versions(first: 8) { edges { node { id } } } } } } }';
    expect(await outcome(client.request(large))).toBe('OK');
    await eventually(async () => {
      for (let refusal = 0; refusal < 6; refusal += 1)
        expect(await outcome(client.request(large))).toBe('RATE_LIMITED');
      const response = await fetch(service.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: 'this is no JSON',
      });
      expect(response.status).toBe(429);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      const { errors } = (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
      expect(errors).toEqual([
        {
          message: expect.stringContaining('Ask again in'),
          extensions: {
            code: 'RATE_LIMITED',
            requestId: expect.any(String),
            retryAfterMs: expect.any(Number),
          },
        },
      ]);
    });
  }, 60_000);

  it('with documents that have faults is refused, too', async () => {
    const { client } = await createTenant('TRIAL');
    const faulty = () => outcome(client.request('{ thereIsNoSuchField }'));
    const outcomes = new Set<string>();
    for (let round = 0; round < 100 && !outcomes.has('RATE_LIMITED'); round += 1)
      for (const answer of await runAll(20, 10, faulty)) outcomes.add(answer);
    expect(outcomes).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED', 'RATE_LIMITED']));
  }, 60_000);
});
