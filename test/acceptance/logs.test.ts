import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInspection, createProfile, createTenant, waitForInspection } from '@loupe/cli/operations';
import { resources } from '@loupe/core/resources';
import { startCloud } from '@loupe/local';
import { type Client, createClient, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';

const PROVIDER_KEY = 'sk-key-of-the-logs-key-of-the-logs';
const CRITERION = 'The solder of pin seven shines like varnish in the evening';

interface Line {
  readonly source: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const lines: Line[] = [];
let openai: ModelServer;
let cloud: Awaited<ReturnType<typeof startCloud>>;
let dataDir: string;
let apiKey: string;
let tenantId: string;
let client: Client;

/** The lines that say what was done; the others are metrics. */
const listOperations = () => lines.filter(({ fields }) => fields.operation !== undefined);
const findLine = (operation: string) =>
  listOperations().find(({ fields }) => fields.operation === operation && fields.tenantId === tenantId);

beforeAll(async () => {
  // A server that repeats the request it objects to, as those do that check it against a schema.
  openai = await startOpenAiServer({
    apiKey: PROVIDER_KEY,
    models: ['my-vlm'],
    answer: ({ body, headers }) => ({
      kind: 'send',
      status: 422,
      body: { detail: [{ loc: ['body'], msg: `No. ${headers.authorization}`, input: body }] },
    }),
  });
  dataDir = await mkdtemp(join(tmpdir(), 'loupe-logs-'));
  cloud = await startCloud({
    resources,
    root: join(import.meta.dirname, '..', '..'),
    dataDir,
    environment: { OPENAI_API_KEY: PROVIDER_KEY, LOUPE_OPENAI_BASE_URL: openai.baseUrl },
    log: (source, text) => {
      if (text.startsWith('{')) lines.push({ source, text, fields: JSON.parse(text) });
    },
  });
  const url = `${cloud.endpoints.api}/graphql`;
  const operator = createClient({ url, apiKey: cloud.environment.LOUPE_OPERATOR_KEY ?? '' });
  ({ apiKey, id: tenantId } = await createTenant(operator, 'Logs'));
  client = createClient({ url, apiKey });
  const profileId = await createProfile(client, {
    name: 'Board',
    className: 'circuit board',
    normality: CRITERION,
    model: 'openai-compatible/my-vlm',
  });
  const file = await loadImage('deeppcb/00041000_test.jpg');
  const { inspection, upload } = await createInspection(client, profileId, file);
  if (!upload) throw new Error('There is no ticket.');
  await uploadFile(upload, file.bytes);
  expect((await waitForInspection(client, inspection)).state).toBe('FAILED');
  await eventually(async () => expect(findLine('infer.failed')).toBeDefined());
}, 120_000);

afterAll(async () => {
  await cloud?.stop();
  await openai?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('the lines that functions write', () => {
  it('say the operation, and of which request, tenant and actor it was', () => {
    expect(
      listOperations().every(({ fields }) => fields.requestId !== undefined && fields.step !== undefined),
    ).toBe(true);
    expect(findLine('api.request')?.fields).toMatchObject({
      level: 'INFO',
      step: 'api',
      session: 'apiKey',
      actor: expect.stringMatching(/^key_/),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(findLine('infer.failed')?.fields).toMatchObject({
      level: 'ERROR',
      error: 'ModelError',
      inspectionId: expect.stringMatching(/^ins_/),
      message: expect.stringContaining('answered 422'),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('have metrics by step, model and plan', () => {
    const dimensions = lines.flatMap(({ fields }) => {
      const { _aws: format } = fields as { _aws?: { CloudWatchMetrics: { Dimensions: string[][] }[] } };
      return format?.CloudWatchMetrics.flatMap((one) => one.Dimensions.map((names) => names.join())) ?? [];
    });
    expect(new Set(dimensions)).toEqual(new Set(['Stage', 'Stage,Step', 'Stage,Model', 'Stage,Plan']));
    expect(lines.find(({ fields }) => fields.ModelFailures === 1)?.fields).toMatchObject({
      Stage: 'local',
      Model: 'openai-compatible/my-vlm',
      Plan: 'STANDARD',
      tenantId,
    });
  });

  it('hold no secret, no prompt and no picture, not even when a provider repeats them', () => {
    expect(JSON.stringify(openai.requests.at(-1)?.body)).toContain(CRITERION);
    const { LOUPE_SECRET = '', LOUPE_OPERATOR_KEY = '', AWS_SECRET_ACCESS_KEY = '' } = cloud.environment;
    const secrets = [PROVIDER_KEY, apiKey, LOUPE_SECRET, LOUPE_OPERATOR_KEY, AWS_SECRET_ACCESS_KEY];
    for (const secret of [...secrets, 'varnish']) {
      expect(secret.length).toBeGreaterThan(6);
      expect(lines.filter(({ text }) => text.includes(secret))).toEqual([]);
    }
    expect(lines.filter(({ text }) => /[A-Za-z0-9+/]{200}/.test(text))).toEqual([]);
  });
});
