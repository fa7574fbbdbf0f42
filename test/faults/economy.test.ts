import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalService, startLocalService } from '@loupe/cli/local-service';
import { createTenant } from '@loupe/cli/operations';
import { type Client, createClient } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { createEvaluation, makeBoards, waitForEvaluation } from '../support/evaluation.ts';
import { fetchPatiently } from '../support/fetch-patiently.ts';
import { findFreePorts } from '../support/ports.ts';

const ITEMS = 30;

let dataDir: string;
let ports: number[];
let openai: ModelServer;
let service: LocalService;
let client: Client;
let input: { profileId: string; datasetVersionId: string; useItemClass: boolean; mode: string };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'loupe-economy-'));
  ports = await findFreePorts(4);
  openai = await startOpenAiServer({
    apiKey: 'sk-test',
    models: ['gpt-4.1'],
    answer: ({ body }) => {
      const name = /board \d+/.exec(JSON.stringify(body))?.[0] ?? '';
      const score = createHash('sha256').update(name).digest().readUInt16BE(0) / 65_535;
      const text = JSON.stringify({ reasoning: name, correctness: 1, anomaly_score: score });
      return { kind: 'answer', text };
    },
  });
  service = await start();
  const operator = createClient({ url: service.url, apiKey: service.operatorKey });
  client = createClient({ url: service.url, apiKey: (await createTenant(operator, 'Faults')).apiKey });
  input = { ...(await makeBoards(client, ITEMS, 'gpt-4.1')), mode: 'ECONOMY' };
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await openai?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Always at the same addresses; what a worker held comes back soon. */
function start(): Promise<LocalService> {
  const flags = ['--port', '--dynamodb-port', '--s3-port', '--sqs-port'];
  const addresses = flags.flatMap((flag, i) => [flag, String(ports[i])]);
  return startLocalService({
    dataDir,
    args: [...addresses, '--function-timeout', '10', '--sweep-every', '1'],
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: openai.baseUrl },
  });
}

async function restart(): Promise<void> {
  await service.kill();
  service = await start();
}

function waitUntil(claim: () => boolean): Promise<boolean> {
  return vi.waitUntil(claim, { timeout: 90_000, interval: 5 });
}

async function readReport(id: string): Promise<string> {
  const { evaluation } = await client.request<{ evaluation: { report: { url: string } } }>(
    'query ($id: ID!) { evaluation(id: $id) { report { url } } }',
    { id },
  );
  return Buffer.from((await fetchPatiently(evaluation.report.url)).bytes).toString();
}

describe('an evaluation in ECONOMY', () => {
  it('makes one batch and the same report when the service is killed around making it and taking it in', async () => {
    const calm = await createEvaluation(client, input);
    expect(await waitForEvaluation(client, calm.id, 90_000)).toMatchObject({ state: 'DONE' });
    const { batches } = openai.batches;
    expect(batches).toHaveLength(1);

    openai.batches.plan({ looks: 2 });
    const disturbed = await createEvaluation(client, input);
    // The provider has it; whether the service noted that is a race, and either is right.
    await waitUntil(() => batches.length === 2);
    await restart();
    // It has ended; its answers are being fetched, stored or counted.
    await waitUntil(() => batches[1]?.state === 'COMPLETED');
    await restart();
    expect(await waitForEvaluation(client, disturbed.id, 90_000)).toMatchObject({
      state: 'DONE',
      progress: { judged: ITEMS, failed: 0 },
    });
    expect(batches.map(({ requests }) => requests.length)).toEqual([ITEMS, ITEMS]);
    expect(await readReport(disturbed.id)).toBe(await readReport(calm.id));
  }, 300_000);
});
