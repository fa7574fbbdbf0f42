import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, uploadFile } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fixtures/model-servers/model-server.ts';
import { readContent, startOpenAiServer } from '../fixtures/model-servers/openai-server.ts';
import { at } from '../fixtures/model-servers/scripted-server.ts';
import {
  INSTRUCTION,
  measureImage,
  type SegmenterServer,
  startSegmenterServer,
} from '../fixtures/segmenter-server/segmenter-server.ts';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { loadImage } from '../support/images.ts';
import { itInOrder } from '../support/in-order.ts';
import { startTestService, type TestService } from '../support/service.ts';

const KEY = 'sam-0123456789';
const PARTS_LEFT_OUT = /Ignore all previous/;

let openai: ModelServer;
let segmenter: SegmenterServer;
let service: TestService;
let client: Client;
let connectionId: string;

beforeAll(async () => {
  [openai, segmenter] = await Promise.all([
    startOpenAiServer({ apiKey: 'sk-test', models: ['gpt-4o'] }),
    startSegmenterServer(KEY),
  ]);
  service = await startTestService({
    args: ['--sweep-every', '2'],
    environment: { OPENAI_API_KEY: 'sk-test', LOUPE_OPENAI_BASE_URL: openai.baseUrl },
  });
  ({ client } = await service.createTenantClient());
  const { connection } = await connect({ provider: 'SEGMENTER', apiKey: KEY, url: segmenter.url });
  connectionId = connection?.id ?? '';
}, 60_000);
afterAll(async () => {
  await service.dispose();
  await Promise.all([openai.stop(), segmenter.stop()]);
});

async function connect(input: object) {
  const { createConnection } = await client.request<{
    createConnection: {
      connection: { id: string; url: string | null } | null;
      errors: { code: string; path: string[] }[];
    };
  }>(
    `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) {
      connection { id url provider } errors { code path } } }`,
    { input },
  );
  return createConnection;
}

/** A sample judged with marks of the segmenter, by a model that names the second mark. */
async function inspect(as = client) {
  const profileId = await createProfile(as, {
    name: 'Boards',
    className: 'board',
    model: 'gpt-4o',
    preset: 'CLASS',
    prompt: { marks: 'SEGMENTER' },
  });
  const text = JSON.stringify({ reasoning: 'x', correctness: 0, anomaly_score: 0.9, marks: [2] });
  openai.say({ kind: 'answer', text });
  const before = segmenter.requests.length;
  const file = await loadImage('candle/abnormal.JPG');
  const { inspection, upload } = await createInspection(as, profileId, file);
  if (!upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  const { id } = await waitForInspection(as, inspection);
  const { inspection: ended } = await as.request<{
    inspection: {
      sample: { views: { widthPx: number; heightPx: number }[] };
      verdict: {
        notes: string[];
        suspiciousText: string | null;
        regions: { x: number; y: number; width: number; height: number; source: string }[];
      };
    };
  }>(
    `query ($id: ID!) { inspection(id: $id) { sample { views { widthPx heightPx } }
      verdict { notes suspiciousText regions { x y width height source } } } }`,
    { id },
  );
  const sent = openai.requests.at(-1);
  const [view] = ended.sample.views;
  if (!sent || !view) throw new Error('nothing was sent');
  return {
    ...ended.verdict,
    view,
    prompt: String(readContent(sent)[0]),
    requests: segmenter.requests.slice(before),
  };
}

describe('a segmenter', () => {
  itInOrder('is sent a picture of at most 1024 px with its key; its masks are the marks', async () => {
    const { requests, regions, notes, view } = await inspect();

    const [request] = requests;
    if (!request) throw new Error('not asked');
    const { width, height } = await measureImage(request);
    expect(Math.max(width, height)).toBe(1024);
    expect(request.body).toMatchObject({ widthPx: width, heightPx: height, maxMasks: 30 });
    expect(notes).toEqual([]);
    // The right half, scaled back to the view.
    expect(regions).toHaveLength(1);
    expect(regions[0]).toMatchObject({ source: 'MARK', y: 0, height: view.heightPx });
    expect(Math.abs((regions[0]?.x ?? 0) - view.widthPx / 2)).toBeLessThan(4);
  });

  itInOrder.each(['MASKS', 'FAILS'] as const)(
    'that gives %s is asked once about a picture, though a batch makes its question twice',
    async (behaviour) => {
      segmenter.behave(behaviour);
      const profileId = await createProfile(client, {
        name: 'Boards',
        className: 'board',
        model: 'gpt-4o',
        preset: 'CLASS',
      });
      const files = ['candle/abnormal.JPG', 'deeppcb/00041000_test.jpg'];
      const items = await Promise.all(
        files.map(async (file) => ({
          className: 'board',
          label: 'ANOMALOUS',
          split: 'test',
          source: { sampleId: await createReadySample(client, await loadImage(file)) },
        })),
      );
      const { id: datasetVersionId } = await addItems(client, await createDataset(client), items);
      const before = segmenter.requests.length;

      const { id } = await createEvaluation(client, {
        profileId,
        datasetVersionId,
        mode: 'ECONOMY',
        variants: [{ name: 'masks', prompt: { marks: 'SEGMENTER' } }],
      });

      expect(await waitForEvaluation(client, id, 60_000)).toMatchObject({
        state: 'DONE',
        progress: { judged: files.length, failed: 0 },
      });
      expect(segmenter.requests.length - before).toBe(files.length);
      segmenter.behave('MASKS');
    },
    90_000,
  );

  itInOrder('may give compressed run lengths', async () => {
    segmenter.behave('COMPRESSED');
    expect(await inspect()).toMatchObject({ notes: [], regions: [{ source: 'MARK' }] });
  });

  itInOrder.each([
    ['FAILS', 'it answered 500'],
    ['REDIRECTS', 'it answered 302'],
    ['NO_JSON', 'its answer is no JSON'],
  ] as const)('that %s is stood for by superpixels, and its words go nowhere', async (behaviour, reason) => {
    segmenter.behave(behaviour);
    const { notes, regions, prompt } = await inspect();

    expect(notes).toEqual([`The segmenter gave no masks: ${reason}. Superpixels stand for them.`]);
    expect(regions).toMatchObject([{ source: 'MARK' }]);
    expect(prompt).not.toMatch(PARTS_LEFT_OUT);
  });

  itInOrder('whose answer holds instructions cannot pass them on', async () => {
    segmenter.behave('INSTRUCTIONS');
    const { notes, prompt, suspiciousText } = await inspect();

    expect(INSTRUCTION).toMatch(PARTS_LEFT_OUT);
    expect(prompt).not.toMatch(PARTS_LEFT_OUT);
    expect([notes, suspiciousText]).toEqual([[], null]);
  });

  itInOrder('is its tenant’s alone', async () => {
    const { client: other } = await service.createTenantClient('Other');
    expect(await inspect(other)).toMatchObject({
      requests: [],
      notes: ['The segmenter gave no masks: none is connected. Superpixels stand for them.'],
    });
  });

  it('is checked with a test picture', async () => {
    const check = async () => {
      const { checkConnection } = await client.request<{
        checkConnection: { connection: { check: object } };
      }>(
        `mutation ($id: ID!) { checkConnection(input: { id: $id }) {
          connection { check { working detail } } errors { code } } }`,
        { id: connectionId },
      );
      return checkConnection.connection.check;
    };
    segmenter.behave('MASKS');
    expect(await check()).toEqual({
      working: true,
      detail: 'The segmenter gave 2 masks of a white square on black.',
    });
    segmenter.behave('FAILS');
    expect(await check()).toMatchObject({ working: false });
    expect(at(segmenter.requests.at(-1)?.body, 'widthPx')).toBe(64);
  });

  it.each([
    { provider: 'SEGMENTER', url: 'https://10.1.2.3/segment' },
    { provider: 'SEGMENTER', url: 'https://metadata.internal/' },
    { provider: 'SEGMENTER', url: 'http://sam.example.com/' },
    { provider: 'SEGMENTER', url: 'https://user:password@sam.example.com/' },
    { provider: 'SEGMENTER' },
    { provider: 'OPENAI', url: 'https://sam.example.com/' },
  ])('has a public address by https, and no other provider has one: %o', async (input) => {
    expect(await connect({ ...input, apiKey: KEY })).toEqual({
      connection: null,
      errors: [{ code: 'INVALID', path: ['input', 'url'] }],
    });
  });
});
