/**
 * Chunked evaluation through the local service, with a model server that answers at once or after a while.
 *
 *     node test/bench/evaluation.ts [--items 1000,10000] [--latency-ms 0] [--memory] [--json FILE]
 *
 * For each number of items, after an evaluation that starts the workers: judged items per second from the start of
 * judging to its last chunk; processor time per item until then, of the cloud's services (`services_…`: table, bucket,
 * queues) and of everything in the service's process (`cpu_…`, workers and collection of garbage included); processor
 * time of the figures after it; the greatest resident memory. The model server runs in this process, and its time counts apart. With
 * `--memory` also the heaps, after full collections, which take time of their own. The reference is the sequential loop of
 * the paper's code: one question after the other, at the same latency.
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
import { readProcessUsage } from './support/process-usage.ts';

/** Eight chunks: enough that every worker takes one. */
const WARM_UP_ITEMS = 800;
const MEBIBYTE = 2 ** 20;

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000' },
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
const profileId = await createProfile(client, {
  name: 'Board',
  className: 'board',
  preset: 'CLASS',
  model: 'openai-compatible/hash',
});
const figures: Record<string, number> = {};
await measure(WARM_UP_ITEMS);
for (const items of values.items.split(',').map(Number)) Object.assign(figures, await measure(items));
figures['reference_script.sequential.items_per_s'] = await askInTurn(20);
for (const [name, value] of Object.entries(figures)) {
  process.stdout.write(`${name.padEnd(48)} ${value.toFixed(2).padStart(9)}\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
await service.dispose();
await model.stop();
rmSync(folder, { recursive: true });

async function measure(items: number): Promise<Record<string, number>> {
  const lines = Array.from({ length: items }, (_, i) =>
    JSON.stringify({ item: `${i}`, sampleId: samples[i % 2], class: 'board', label: i % 2 }),
  );
  const datasetId = await createDataset(client, `${items} items`);
  const imported = await importManifest(client, { datasetId, format: 'JSONL' }, lines.join('\n'));
  const [before, ownBefore] = [readProcessUsage(pid), process.cpuUsage()];
  let mostMb = before.residentMb;
  const watch = setInterval(() => {
    mostMb = Math.max(mostMb, readProcessUsage(pid).residentMb);
  }, 1000);
  const { id } = await createEvaluation(client, { profileId, datasetVersionId: imported.datasetVersion?.id });
  const rate = await waitForJudged(id, items);
  const [judged, own] = [readProcessUsage(pid), process.cpuUsage(ownBefore)];
  await waitForEvaluation(client, id, 3_600_000);
  clearInterval(watch);
  const after = readProcessUsage(pid);
  const servicesMs = judged.mainMs - before.mainMs;
  return Object.fromEntries(
    Object.entries({
      items_per_s: rate,
      cpu_ms_per_item: (servicesMs + judged.othersMs - before.othersMs) / items,
      figures_cpu_s: (after.mainMs + after.othersMs - judged.mainMs - judged.othersMs) / 1000,
      services_cpu_ms_per_item: servicesMs / items,
      model_cpu_ms_per_item: (own.user + own.system) / 1000 / items,
      rss_mb: mostMb,
      ...(values.memory && readHeaps()),
    }).map(([name, value]) => [`evaluation.${items}.${name}`, value]),
  );
}

/** The last samples: what is held once all is done. */
function readHeaps() {
  const last = JSON.parse(readFileSync(heapFile, 'utf8').trim().split('\n').at(-1) ?? '{}') as HeapSample;
  return { services_heap_mb: last.main / MEBIBYTE, workers_heap_mb: last.workers / MEBIBYTE };
}

/** Items per second until the last chunk was counted. */
async function waitForJudged(id: string, items: number): Promise<number> {
  for (;;) {
    const { evaluation } = await client.request<{
      evaluation: { startedAt: string | null; progress: { judged: number } };
    }>('query ($id: ID!) { evaluation(id: $id) { startedAt progress { judged } } }', { id });
    const { startedAt, progress } = evaluation;
    if (startedAt && progress.judged === items) return (1000 * items) / (Date.now() - Date.parse(startedAt));
    await sleep(100);
  }
}

async function askInTurn(questions: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < questions; i++) {
    const answer = await fetch(`${model.baseUrl}/chat/completions`, { method: 'POST', body: `${i}` });
    await answer.json();
  }
  return (1000 * questions) / (performance.now() - started);
}
