/**
 * Uploads through the whole service for a long time: each client announces a picture, sends it and waits for the
 * verdict, again and again. Reports latencies and whether the memory of the service is flat; ends with code 1 when it
 * is not, or when an inspection did not end in a verdict.
 *
 *     node test/bench/soak.ts [--seconds 600] [--clients 4] [--json FILE]
 *
 * Flat means: with the first third left out as warm-up, the median over the last third is at most 5 % above the median
 * over the second third, of each of these: what the services keep (heap and buffers of the main thread after a full
 * collection), what the functions' workers have on their heaps, and the resident memory of the service with its child
 * processes. A run begins with a burst that starts every worker.
 *
 * With `LOUPE_TEST_FAULTS=mild` the cloud below makes faults.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { uploadFile } from '@loupe/sdk';
import { loadImage } from '../support/images.ts';
import { startTestService } from '../support/service.ts';
import type { HeapSample } from './memory-probe.ts';

const SAMPLE_EVERY_MS = 5000;
const MEBIBYTE = 2 ** 20;
const MOST_GROWTH = 1.05;
const VERDICTS = ['ANOMALOUS', 'NORMAL', 'UNCERTAIN'];
/** Twice the workers of a function. */
const BURST = 8;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    clients: { type: 'string', default: '4' },
    json: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'loupe-soak-'));
const heapFile = join(folder, 'heaps.jsonl');
const probe = new URL(`./memory-probe.ts?file=${encodeURIComponent(heapFile)}`, import.meta.url);
const service = await startTestService({ environment: { NODE_OPTIONS: `--import=${probe}` } });
const { client } = await service.createTenantClient('Soak');
const reference = await createReadySample(client, await loadImage('deeppcb/00041002_temp.jpg'));
const profileId = await createProfile(client, {
  name: 'Board',
  className: 'board',
  referenceIds: [reference],
});
const picture = await loadImage('deeppcb/00041002_test.jpg');
const { pid } = JSON.parse(readFileSync(join(service.dataDir, 'lock.json'), 'utf8')) as { pid: number };

await Promise.all(Array.from({ length: BURST }, inspectOnce));
const end = performance.now() + seconds * 1000;
const latencies: number[] = [];
const outcomes: Record<string, number> = {};
const resident: number[] = [];

await Promise.all([watchResident(), ...Array.from({ length: Number(values.clients) }, work)]);
const heaps = readFileSync(heapFile, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as HeapSample);
await service.dispose();
rmSync(folder, { recursive: true });

const memory = {
  services: compareThirds(heaps.map(({ main }) => main)),
  workers: compareThirds(heaps.map(({ workers }) => workers)),
  resident: compareThirds(resident),
};
const isFlat = Object.values(memory).every((kind) => kind.isFlat);
const isSound = Object.keys(outcomes).every((outcome) => VERDICTS.includes(outcome));
const result = {
  seconds,
  clients: Number(values.clients),
  inspections: latencies.length,
  perSecond: round(latencies.length / seconds),
  outcomes,
  latencyMs: { p50: findPercentile(50), p95: findPercentile(95), p99: findPercentile(99) },
  workerCount: heaps.at(-1)?.workerCount,
  memory,
  isFlat,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
process.exitCode = isFlat && isSound ? 0 : 1;

async function work(): Promise<void> {
  while (performance.now() < end) {
    const started = performance.now();
    const outcome = await inspectOnce().catch((error: unknown) =>
      error instanceof Error ? error.name : 'Error',
    );
    latencies.push(performance.now() - started);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
}

async function inspectOnce(): Promise<string> {
  const { inspection, upload } = await createInspection(client, profileId, picture);
  if (upload) await uploadFile(upload, picture.bytes);
  const { state, failure, verdict } = await waitForInspection(client, inspection);
  return failure?.code ?? verdict?.decision ?? state;
}

/** Bytes the service's processes hold, every few seconds. */
async function watchResident(): Promise<void> {
  while (performance.now() < end) {
    await sleep(SAMPLE_EVERY_MS);
    resident.push(measureTree(pid));
  }
}

/** Resident bytes of a process and its children. */
function measureTree(root: number): number {
  const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(root), '--ppid', String(root)], {
    encoding: 'utf8',
  });
  return 1024 * kibibytes.split('\n').reduce((sum, line) => sum + Number(line), 0);
}

/** Medians in MiB of the second and the last third, and their ratio. */
function compareThirds(samples: readonly number[]) {
  const third = Math.floor(samples.length / 3);
  const before = findMedian(samples.slice(third, 2 * third)) / MEBIBYTE;
  const after = findMedian(samples.slice(2 * third)) / MEBIBYTE;
  return {
    beforeMiB: round(before),
    afterMiB: round(after),
    mostMiB: round(Math.max(...samples) / MEBIBYTE),
    growth: round(after / before),
    isFlat: after <= MOST_GROWTH * before,
  };
}

function findMedian(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function findPercentile(percent: number): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0);
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
