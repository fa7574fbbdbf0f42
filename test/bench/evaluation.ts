/**
 * Chunked evaluation through the local service, with a model server that answers at once or after a while.
 *
 *     node test/bench/evaluation.ts [--items 1000,10000] [--references 0] [--latency-ms 0] [--memory] [--json FILE]
 *
 * After evaluations that start the workers and have their code compiled, one of a few items says what each evaluation costs
 * beside its items (`fixed.…`: estimate, plan, figures, report). Then for each number of items, as often as it takes for
 * 10,000 in all: judged items per second from the start of judging to its last chunk; processor time per item until then,
 * of the cloud's services (`services_…`: table, bucket, queues) and of everything in the service's process (`cpu_…`,
 * workers and collection of garbage included), and what is left of it without the fixed part (`warm_cpu_…`); processor time of
 * the figures after it; resident memory, the mean over each fifth of the items judged (`rss_mb.1` … `rss_mb.5`) and the
 * greatest. With `--references` each question shows as many pictures of 12 megapixels beside the item's. The model server
 * runs in this process, and its time counts apart. With `--memory` also the heaps, after full collections, which take time of
 * their own. The reference is the sequential loop of the paper's code: one question after the other, at the same latency.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { createDataset, createEvaluation, importManifest, waitForEvaluation } from '../support/evaluation.ts';
import { startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { startTestService } from '../support/service.ts';
import type { HeapSample } from './memory-probe.ts';
import { encodePhotograph, makePhotograph } from './support/make-photograph.ts';
import { readProcessUsage } from './support/process-usage.ts';

/** Enough that every worker has its code compiled: before, an item costs half as much again. */
const WARM_UP_ITEMS = 20_000;
/** So few that what they cost is the evaluation's own. */
const FIXED_ITEMS = 10;
/** The processor's time is counted in hundredths of a second: small evaluations are measured several times. */
const LEAST_ITEMS = 10_000;
const MOST_RUNS = 10;
/** The same for each size, for asking costs processor time, too. */
const POLL_MS = 250;
const FIFTHS = 5;
const MEBIBYTE = 2 ** 20;

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000' },
    references: { type: 'string', default: '0' },
    'latency-ms': { type: 'string', default: '0' },
    memory: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'loupe-bench-'));
const heapFile = join(folder, 'heaps.jsonl');
const probe = new URL(`./memory-probe.ts?file=${encodeURIComponent(heapFile)}`, import.meta.url);
const model = await startHashModel(Number(values['latency-ms']));
const service = await startTestService({
  environment: {
    LOUPE_OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'sk-bench',
    ...(values.memory && { NODE_OPTIONS: `--import=${probe}` }),
  },
});
const { pid } = JSON.parse(readFileSync(join(service.dataDir, 'lock.json'), 'utf8')) as { pid: number };
const { client } = await service.createTenantClient('Bench');
const samples = [
  await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg')),
  await createReadySample(client, await loadImage('deeppcb/00041000_test.jpg')),
];
const referenceIds: string[] = [];
if (Number(values.references) > 0) {
  const { jpeg } = await encodePhotograph(await makePhotograph());
  const file = { name: 'reference.jpg', contentType: 'image/jpeg', bytes: Uint8Array.from(jpeg) };
  for (let i = 0; i < Number(values.references); i++) {
    referenceIds.push(await createReadySample(client, file));
  }
}
const profileId = await createProfile(client, {
  name: 'Board',
  className: 'board',
  preset: referenceIds.length > 0 ? 'CLASS_REFERENCE' : 'CLASS',
  model: 'openai-compatible/hash',
  referenceIds,
});
const figures: Record<string, number> = {};
await measure(WARM_UP_ITEMS);
const fixed = await measureOften(FIXED_ITEMS);
const fixedMs = fixed.cpu_ms_per_item * FIXED_ITEMS;
figures['evaluation.fixed.cpu_ms'] = fixedMs;
figures['evaluation.fixed.figures_cpu_s'] = fixed.figures_cpu_s;
for (const items of values.items.split(',').map(Number)) {
  const measured = await measureOften(items);
  const warm = { warm_cpu_ms_per_item: measured.cpu_ms_per_item - fixedMs / items };
  for (const [name, value] of Object.entries({ ...measured, ...warm })) {
    figures[`evaluation.${items}.${name}`] = value;
  }
}
figures['reference_script.sequential.items_per_s'] = await askInTurn(20);
for (const [name, value] of Object.entries(figures)) {
  process.stdout.write(`${name.padEnd(48)} ${value.toFixed(2).padStart(9)}\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
await service.dispose();
await model.stop();
rmSync(folder, { recursive: true });

/** Means over as many evaluations as it takes for enough items. */
async function measureOften(items: number) {
  const runs = [await measure(items)];
  while (runs.length < Math.min(MOST_RUNS, LEAST_ITEMS / items)) runs.push(await measure(items));
  const mean = (name: keyof Omit<(typeof runs)[number], 'memory'>) =>
    runs.reduce((sum, run) => sum + run[name], 0) / runs.length;
  return {
    items_per_s: mean('items_per_s'),
    cpu_ms_per_item: mean('cpu_ms_per_item'),
    services_cpu_ms_per_item: mean('services_cpu_ms_per_item'),
    model_cpu_ms_per_item: mean('model_cpu_ms_per_item'),
    figures_cpu_s: mean('figures_cpu_s'),
    ...describeMemory(
      runs.flatMap(({ memory }) => memory),
      items,
    ),
    ...(values.memory && readHeaps()),
  };
}

async function measure(items: number) {
  const lines = Array.from({ length: items }, (_, i) =>
    JSON.stringify({ item: `${i}`, sampleId: samples[i % 2], class: 'board', label: i % 2 }),
  );
  const datasetId = await createDataset(client, `${items} items`);
  const imported = await importManifest(client, { datasetId, format: 'JSONL' }, lines.join('\n'));
  const [before, ownBefore] = [readProcessUsage(pid), process.cpuUsage()];
  const { id } = await createEvaluation(client, { profileId, datasetVersionId: imported.datasetVersion?.id });
  const { rate, memory } = await waitForJudged(id, items);
  const [judged, own] = [readProcessUsage(pid), process.cpuUsage(ownBefore)];
  await waitForEvaluation(client, id, 3_600_000);
  const after = readProcessUsage(pid);
  const servicesMs = judged.mainMs - before.mainMs;
  return {
    items_per_s: rate,
    cpu_ms_per_item: (servicesMs + judged.othersMs - before.othersMs) / items,
    figures_cpu_s: (after.mainMs + after.othersMs - judged.mainMs - judged.othersMs) / 1000,
    services_cpu_ms_per_item: servicesMs / items,
    model_cpu_ms_per_item: (own.user + own.system) / 1000 / items,
    memory,
  };
}

/** The last samples: what is held once all is done. */
function readHeaps() {
  const last = JSON.parse(readFileSync(heapFile, 'utf8').trim().split('\n').at(-1) ?? '{}') as HeapSample;
  return { services_heap_mb: last.main / MEBIBYTE, workers_heap_mb: last.workers / MEBIBYTE };
}

interface MemorySample {
  readonly judged: number;
  readonly residentMb: number;
}

/** Items per second until the last chunk was counted, and memory meanwhile. */
async function waitForJudged(
  id: string,
  items: number,
): Promise<{ readonly rate: number; readonly memory: readonly MemorySample[] }> {
  const memory: MemorySample[] = [];
  for (;;) {
    const { evaluation } = await client.request<{
      evaluation: { startedAt: string | null; progress: { judged: number } };
    }>('query ($id: ID!) { evaluation(id: $id) { startedAt progress { judged } } }', { id });
    const { startedAt, progress } = evaluation;
    memory.push({ judged: progress.judged, residentMb: readProcessUsage(pid).residentMb });
    if (startedAt && progress.judged === items) {
      return { rate: (1000 * items) / (Date.now() - Date.parse(startedAt)), memory };
    }
    await sleep(POLL_MS);
  }
}

function describeMemory(memory: readonly MemorySample[], items: number): Record<string, number> {
  const fifths = Array.from({ length: FIFTHS }, (_, fifth) => fifth).flatMap((fifth) => {
    const from = (fifth * items) / FIFTHS;
    const of = memory.filter(({ judged }) => judged >= from && judged <= from + items / FIFTHS);
    return of.length === 0
      ? []
      : [[`rss_mb.${fifth + 1}`, of.reduce((sum, { residentMb }) => sum + residentMb, 0) / of.length]];
  });
  return { ...Object.fromEntries(fifths), rss_mb: Math.max(...memory.map(({ residentMb }) => residentMb)) };
}

async function askInTurn(questions: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < questions; i++) {
    const answer = await fetch(`${model.baseUrl}/chat/completions`, { method: 'POST', body: `${i}` });
    await answer.json();
  }
  return (1000 * questions) / (performance.now() - started);
}
