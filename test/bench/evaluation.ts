/**
 * Chunked evaluation through the local service, with a model server that answers at once or after a while.
 *
 *     node test/bench/evaluation.ts [--items 1000,10000] [--latency-ms 0] [--json FILE]
 *
 * For each number of items: judged items per second from the start of judging to its last chunk, processor time of the
 * service per item, and its greatest resident memory. The model server runs in this process. The reference is the
 * sequential loop of the paper's code: one question after the other, at the same latency.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createProfile, createReadySample } from '@loupe/cli/operations';
import { createDataset, createEvaluation, importManifest, waitForEvaluation } from '../support/evaluation.ts';
import { startHashModel } from '../support/hash-model.ts';
import { loadImage } from '../support/images.ts';
import { startTestService } from '../support/service.ts';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000' },
    'latency-ms': { type: 'string', default: '0' },
    json: { type: 'string' },
  },
});
const latencyMs = Number(values['latency-ms']);
const model = await startHashModel(latencyMs);
const service = await startTestService({
  environment: { LOUPE_OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'sk-bench' },
});
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
for (const items of values.items.split(',').map(Number)) Object.assign(figures, await measure(items));
figures['reference_script.sequential.items_per_s'] = await askInTurn(20);
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
await service.dispose();
await model.stop();

async function measure(items: number): Promise<Record<string, number>> {
  const lines = Array.from({ length: items }, (_, i) =>
    JSON.stringify({ item: `${i}`, sampleId: samples[i % 2], class: 'board', label: i % 2 }),
  );
  const datasetId = await createDataset(client, `${items} items`);
  const imported = await importManifest(client, { datasetId, format: 'JSONL' }, lines.join('\n'));
  const before = readUsage();
  let mostMb = before.rssMb;
  const watch = setInterval(() => {
    mostMb = Math.max(mostMb, readUsage().rssMb);
  }, 2000);
  const { id } = await createEvaluation(client, { profileId, datasetVersionId: imported.datasetVersion?.id });
  const rate = await waitForJudged(id, items);
  const cpuS = readUsage().cpuS - before.cpuS;
  await waitForEvaluation(client, id, 600_000);
  clearInterval(watch);
  return {
    [`evaluation.${items}.items_per_s`]: rate,
    [`evaluation.${items}.cpu_ms_per_item`]: (1000 * cpuS) / items,
    [`evaluation.${items}.rss_mb`]: mostMb,
  };
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

/** Processor time and resident memory of the service and its children, as ps tells them. */
function readUsage(): { cpuS: number; rssMb: number } {
  const rows = execFileSync('ps', ['-eo', 'pid,ppid,times,rss'], { encoding: 'utf8' })
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/).map(Number));
  const ids = new Set([process.pid]);
  for (const [pid = 0, ppid = 0] of rows) if (ids.has(ppid)) ids.add(pid);
  const mine = rows.filter(([pid = 0]) => ids.has(pid) && pid !== process.pid);
  return {
    cpuS: mine.reduce((sum, [, , cpu = 0]) => sum + cpu, 0),
    rssMb: mine.reduce((sum, [, , , rss = 0]) => sum + rss, 0) / 1024,
  };
}

async function askInTurn(questions: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < questions; i++) {
    const answer = await fetch(`${model.baseUrl}/chat/completions`, { method: 'POST', body: `${i}` });
    await answer.json();
  }
  return (1000 * questions) / (performance.now() - started);
}
