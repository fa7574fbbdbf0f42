import { createHash } from 'node:crypto';
import { makeVersion } from '@loupe/core/dataset';
import {
  type Evaluation,
  evaluationKind,
  isEvaluationEnded,
  locateOutput,
  postponeEvaluation,
  readEvaluationCounts,
} from '@loupe/core/evaluation';
import { createTenantScope, type TenantScope, transition } from '@loupe/core/platform';
import { ModelError, type ModelQuestion, type VisionModel } from '@loupe/judge';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryPlatform, type MemoryPlatform } from './testing/memory-platform.ts';

/** The functions as they are, in virtual time: their table, bucket, queue and model lie in memory. */

const START = 1_700_000_000_000;
const ITEMS = 400;
const WORKERS = 4;
const TIMEOUT_MS = 300_000;
const SWEEP_MS = 60_000;
const ANSWER_MS = 1000;
const MINUTE_MS = 60_000;

const memory = vi.hoisted(() => ({ current: undefined as unknown }));
/** When the provider answers 503, in ms from the start. */
let outage: readonly [from: number, to: number] | undefined;
let asked: { answered: number; failed: number };

vi.mock('./platform.ts', () => ({
  get platform() {
    return (memory.current as MemoryPlatform).platform;
  },
}));
vi.mock('./tenant-models.ts', () => ({ findTenantPaceKey: () => 'credential' }));
vi.mock('./picture-tools.ts', () => ({ createPictureTools: () => ({}) }));
vi.mock('@loupe/vision/image', () => ({
  cropSource: async (bytes: Uint8Array) => ({ mediaType: 'image/jpeg', bytes }),
}));
vi.mock('./judge-inspection.ts', () => ({
  judgeByPanel: async (
    _scope: unknown,
    _version: unknown,
    guard: (model: VisionModel, vote: number) => VisionModel,
    request: { query: readonly object[]; clock: () => number },
  ) => {
    const from = request.clock();
    const question = { text: 'Is it normal?', images: request.query, maxTokens: 300, schema: {} };
    const reply = await guard(model, 0).ask(
      question as unknown as ModelQuestion,
      new AbortController().signal,
    );
    const score = Number(reply.text);
    return {
      outcome: 'PARSED',
      score,
      decision: score >= 0.5 ? 'ANOMALOUS' : 'NORMAL',
      reasoning: `By the hash: ${score}.`,
      costMicroUsd: 10,
      usage: reply.usage,
      latencyMs: request.clock() - from,
      regions: [],
      timeRanges: [],
    };
  },
}));

/** Answers by the picture's hash after a second, unless it is out. */
const model = {
  id: 'gpt-test',
  provider: 'openai',
  traits: { imagesPerCall: null, maxTokens: 300, prices: [], comparesReferences: false },
  ask: async ({ images }: ModelQuestion) => {
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    const since = Date.now() - START;
    if (outage && since >= outage[0] && since < outage[1]) {
      asked.failed++;
      throw new ModelError('OVERLOADED', 'out', { status: 503 });
    }
    asked.answered++;
    const hash = createHash('sha256').update(images[0]?.bytes ?? '');
    return {
      text: String(hash.digest().readUInt16BE(0) / 65_535),
      finish: 'complete',
      usage: { inputTokens: 100, outputTokens: 10 },
      latencyMs: ANSWER_MS,
      quota: { requests: { limit: 3000 } },
    };
  },
} as unknown as VisionModel;

beforeEach(() => {
  vi.useFakeTimers({
    now: START,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Run {
  readonly report: string;
  readonly result: string;
  readonly minutes: number;
  readonly answered: number;
  readonly failed: number;
}

/** Runs an evaluation to its end. @param copies how often every message is delivered */
async function run(copies: number, out?: readonly [from: number, to: number]): Promise<Run> {
  vi.setSystemTime(START);
  outage = out;
  asked = { answered: 0, failed: 0 };
  const { platform, messages } = createMemoryPlatform(Date.now);
  memory.current = { platform, messages };
  const scope = createTenantScope(platform, 'ten_01JZZZZZZZZZZZZZZZZZZZZZZZ');
  const { id } = await prepare(scope);
  const { driveEvaluation } = await import('./evaluate-drive.ts');
  const { judgeChunk } = await import('./evaluate-chunk.ts');
  let running = 0;
  let sweptAt = START;

  async function invoke({ jobId, chunk }: MemoryPlatform['messages'][number]): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    const context = { getRemainingTimeInMillis: () => deadline - Date.now() } as Context;
    if (chunk === undefined) await driveEvaluation(scope, jobId, context);
    else await judgeChunk(scope, jobId, chunk, context);
  }

  messages.push({ jobId: id });
  const errors: unknown[] = [];
  for (;;) {
    const evaluation = await scope.table.get(evaluationKind, id);
    if (!evaluation || (isEvaluationEnded(evaluation) && running === 0)) break;
    while (running < WORKERS && messages.length > 0) {
      const message = messages.shift();
      if (!message) break;
      for (let copy = 0; copy < copies; copy++) {
        running++;
        void invoke(message)
          .catch((error: unknown) => errors.push(error))
          .finally(() => {
            running--;
          });
      }
    }
    if (Date.now() - sweptAt >= SWEEP_MS) {
      sweptAt = Date.now();
      const due = await transition(scope, evaluationKind, id, (one) => postponeEvaluation(one, Date.now()));
      if (due) messages.push({ jobId: id });
    }
    // Modules and charts are loaded in real time, which passes while figures are made.
    if (evaluation.state === 'REDUCING') await new Promise(setImmediate);
    else await vi.advanceTimersByTimeAsync(250);
  }
  expect(errors).toEqual([]);
  const ended = await scope.table.get(evaluationKind, id);
  expect(ended).toMatchObject({ state: 'DONE' });
  expect(await readEvaluationCounts(scope, id)).toMatchObject({
    items: ITEMS,
    failed: 0,
    costMicroUsd: 10 * ITEMS,
    reserved: 0,
  });
  const read = async (name: string) =>
    Buffer.from(await scope.bucket.get(locateOutput(id, ended?.resultRev ?? 0, name))).toString();
  return {
    report: await read('report.html'),
    result: await read('result.json'),
    minutes: (Date.now() - START) / MINUTE_MS,
    ...asked,
  };
}

async function prepare(scope: TenantScope): Promise<Evaluation> {
  const { createId, table, bucket } = scope;
  const { datasetKind } = await import('@loupe/core/dataset');
  const { profileVersionKind } = await import('@loupe/core/profile');
  const { sampleKind } = await import('@loupe/core/sample');
  const [datasetId, profileId, profileVersionId] = [
    createId('dataset'),
    createId('profile'),
    createId('profileVersion'),
  ];
  const dataset = { id: datasetId, rev: 1, name: 'Made', versionCount: 0, createdAt: START };
  const profileVersion = {
    id: profileVersionId,
    rev: 1,
    profileId,
    number: 1,
    className: 'thing',
    rules: [],
    knownDefects: [],
    referenceIds: [],
    preset: 'CLASS',
    model: 'gpt-test',
    uncertainBand: 0,
    createdAt: START,
  };
  await table.transact([
    table.create(datasetKind, dataset),
    table.create(profileVersionKind, profileVersion as never),
  ]);
  const items = await Promise.all(
    Array.from({ length: ITEMS }, async (_, i) => {
      // The same in every run: the dataset's digest, and with it the report, depends on them.
      const sampleId = `smp_${String(i).padStart(26, '0')}`;
      const path = `samples/${sampleId}/views/0.jpg`;
      await bucket.put(path, Buffer.from(`picture ${i}`), 'image/jpeg');
      const geometry = { kind: 'IMAGE', source: { widthPx: 9, heightPx: 9 } };
      const views = [{ path, mediaType: 'image/jpeg', widthPx: 9, heightPx: 9, geometry }];
      const sample = { id: sampleId, rev: 1, state: 'READY', bytes: 9, views };
      await table.transact([table.create(sampleKind, sample as never)]);
      return { item: `${i}`.padStart(4, '0'), sampleId, class: `class ${i % 2}`, anomalous: i % 3 === 0 };
    }),
  );
  const version = await makeVersion(scope, datasetId, items);
  const evaluation: Evaluation = {
    id: createId('evaluation'),
    rev: 1,
    state: 'QUEUED',
    name: 'Outage',
    datasetId,
    datasetVersionId: version.id,
    profileId,
    profileVersionId,
    variants: [{ name: 'profile' }],
    useItemClass: false,
    seed: 1,
    chunkItems: 100,
    chunkCount: ITEMS / 100,
    itemCount: ITEMS,
    round: 0,
    createdAt: START,
    attempt: 0,
    dueAt: START + MINUTE_MS,
  };
  await table.transact([table.create(evaluationKind, evaluation)]);
  return evaluation;
}

it('makes the same report, byte for byte, through an outage of ten minutes and with every message twice', async () => {
  const calm = await run(1);
  const disturbed = await run(2, [3000, 3000 + 10 * MINUTE_MS]);

  expect(calm.answered).toBe(ITEMS);
  expect(calm.minutes).toBeLessThan(2);
  expect(disturbed.minutes).toBeGreaterThan(10);
  // The circuit closes 5 minutes after the provider is back at the latest, and a sweep comes every minute.
  expect(disturbed.minutes).toBeLessThan(18);
  expect(disturbed.answered).toBe(ITEMS);
  // Those that were under way, and then one at a time, seldom.
  expect(disturbed.failed).toBeLessThan(100);
  expect(disturbed.report).toBe(calm.report);
  expect(disturbed.result).toBe(calm.result);
}, 60_000);
