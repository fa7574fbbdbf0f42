import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalService, startLocalService } from '@loupe/cli/local-service';
import { createInspection, createProfile, createTenant, type FileToSend } from '@loupe/cli/operations';
import { type Client, createClient, UploadError, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { loadImage } from '../support/images.ts';
import { findFreePorts } from '../support/ports.ts';

const KILLS = 20;
const UPLOADS = 200;
const CLIENTS = 6;
const DEADLINE_MS = 8 * 60_000;
const SEED = 20_261_122;

let dataDir: string;
let ports: number[];
let models: ModelServer;
let service: LocalService;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'loupe-kill-'));
  ports = await findFreePorts(4);
  models = await startOpenAiServer({ apiKey: 'sk-test', models: ['gpt-4o'] });
  service = await start();
}, 30_000);

afterAll(async () => {
  await service.stop();
  await models.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/**
 * Always at the same addresses, with leases short enough for lost work to be taken up soon, and long enough that a call
 * to the model, which has to end 8 s before its function, has time on a busy machine.
 */
function start(): Promise<LocalService> {
  const [api, dynamodb, s3, sqs] = ports.map(String);
  return startLocalService({
    dataDir,
    args: [
      '--port',
      `${api}`,
      '--dynamodb-port',
      `${dynamodb}`,
      '--s3-port',
      `${s3}`,
      '--sqs-port',
      `${sqs}`,
    ].concat(['--function-timeout', '20', '--sweep-every', '2']),
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: models.baseUrl },
  });
}

/** Linear congruential generator of Numerical Recipes, 0 to 1. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A client's patience: the same request again until it is answered, as a phone behind a bad network would. */
async function persist<T>(
  run: () => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (isFinal(error) || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

/** One upload, whatever happens to the service meanwhile. @returns the id of the accepted inspection */
async function uploadOnce(client: Client, profileId: string, file: FileToSend, key: string): Promise<string> {
  const { inspection, upload } = await persist(() =>
    createInspection(client, profileId, file, { idempotencyKey: key, label: key }),
  );
  const refused = (error: unknown) => error instanceof UploadError && error.status < 500;
  if (upload) await persist(() => uploadFile(upload, file.bytes), refused);
  return inspection.id;
}

interface Ended {
  readonly id: string;
  readonly label: string;
  readonly state: string;
  readonly failure: { readonly code: string } | null;
  readonly verdict: { readonly decision: string } | null;
}

async function listAll(client: Client, profileId: string): Promise<Ended[]> {
  const all: Ended[] = [];
  let after: string | null = null;
  do {
    const page: {
      inspections: { edges: { node: Ended }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    } = await client.request(
      `query ($after: String, $profileId: ID!) {
        inspections(first: 100, after: $after, filter: { profileId: $profileId }) {
          edges { node { id label state failure { code } verdict { decision } } } pageInfo { hasNextPage endCursor } } }`,
      { after, profileId },
    );
    all.push(...page.inspections.edges.map(({ node }) => node));
    after = page.inspections.pageInfo.hasNextPage ? page.inspections.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}

async function readCounts(client: Client, profileId: string): Promise<Record<string, number>> {
  const { profile } = await client.request<{ profile: { counts: Record<string, number> } }>(
    'query ($id: ID!) { profile(id: $id) { counts { done failed normal anomalous uncertain } } }',
    { id: profileId },
  );
  return profile.counts;
}

describe(`${UPLOADS} uploads while the whole service is killed ${KILLS} times`, () => {
  it(
    'ends every accepted inspection exactly once',
    async () => {
      const operator = createClient({ url: service.url, apiKey: service.operatorKey });
      const tenant = await createTenant(operator, 'Kill test');
      const client = createClient({ url: service.url, apiKey: tenant.apiKey });
      const profileId = await createProfile(client, { name: 'Board', className: 'board', model: 'gpt-4o' });
      const file = await loadImage('deeppcb/00041002_test.jpg');

      const accepted = new Map<string, string>();
      let next = 0;
      const uploading = Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          while (next < UPLOADS) {
            const key = `part-${next++}`;
            accepted.set(await uploadOnce(client, profileId, file, key), key);
          }
        }),
      );
      const random = createRandom(SEED);
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(300 + 1700 * random());
        await service.kill();
        service = await start();
      }
      await uploading;

      const deadline = Date.now() + DEADLINE_MS;
      let inspections = await listAll(client, profileId);
      while (
        inspections.some(({ state }) => state !== 'DONE' && state !== 'FAILED') &&
        Date.now() < deadline
      ) {
        await sleep(1000);
        inspections = await listAll(client, profileId);
      }

      expect(accepted.size).toBe(UPLOADS);
      expect(new Set(inspections.map(({ id }) => id))).toEqual(new Set(accepted.keys()));
      expect(inspections.filter(({ state }) => state !== 'DONE' && state !== 'FAILED')).toEqual([]);
      expect(new Set(inspections.map(({ label }) => label)).size).toBe(UPLOADS);
      const done = inspections.filter(({ state }) => state === 'DONE');
      const failed = inspections.filter(({ state }) => state === 'FAILED');
      expect(done.every(({ verdict, failure }) => verdict?.decision === 'NORMAL' && failure === null)).toBe(
        true,
      );
      // Judging that vanished five times fails: with this many kills that may happen to one or two, never to many.
      expect(
        failed.map(({ failure }) => failure?.code).filter((code) => code !== 'ATTEMPTS_EXHAUSTED'),
      ).toEqual([]);
      expect(failed.length).toBeLessThan(UPLOADS / 20);
      expect(await readCounts(client, profileId), 'each is counted once').toEqual({
        done: done.length,
        failed: failed.length,
        normal: done.length,
        anomalous: 0,
        uncertain: 0,
      });
      expect(models.requests.length, 'each was judged, some more than once').toBeGreaterThanOrEqual(
        done.length,
      );
    },
    2 * DEADLINE_MS,
  );
});
