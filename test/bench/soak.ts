/**
 * Uploads through the whole service for a long time: each client announces a picture, sends it and waits for the
 * verdict, again and again. Reports latencies and whether the memory of the service stays flat.
 *
 *     node test/bench/soak.ts [--seconds N] [--clients N] [--json FILE]
 *
 * With `LOUPE_TEST_FAULTS=mild` the cloud below makes faults.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { uploadFile } from '@loupe/sdk';
import { loadImage } from '../support/images.ts';
import { startTestService } from '../support/service.ts';

const SAMPLE_EVERY_MS = 5000;
const MEBIBYTE = 2 ** 20;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    clients: { type: 'string', default: '4' },
    json: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const service = await startTestService();
const { client } = await service.createTenantClient('Soak');
const reference = await createReadySample(client, await loadImage('deeppcb/00041002_temp.jpg'));
const profileId = await createProfile(client, {
  name: 'Board',
  className: 'board',
  referenceIds: [reference],
});
const picture = await loadImage('deeppcb/00041002_test.jpg');
const { pid } = JSON.parse(readFileSync(join(service.dataDir, 'lock.json'), 'utf8')) as { pid: number };

const end = performance.now() + seconds * 1000;
const latencies: number[] = [];
const outcomes: Record<string, number> = {};
const memory: number[] = [];

await Promise.all([watchMemory(), ...Array.from({ length: Number(values.clients) }, work)]);
await service.dispose();

// The first quarter warms up: every function gets its workers, every cache its content.
const settled = memory.slice(Math.floor(memory.length / 4));
const half = Math.floor(settled.length / 2);
const result = {
  seconds,
  clients: Number(values.clients),
  inspections: latencies.length,
  perSecond: round(latencies.length / seconds),
  outcomes,
  latencyMs: { p50: findPercentile(50), p95: findPercentile(95), p99: findPercentile(99) },
  memoryMiB: {
    beforeMean: round(findMean(settled.slice(0, half)) / MEBIBYTE),
    afterMean: round(findMean(settled.slice(half)) / MEBIBYTE),
    growth: round(findMean(settled.slice(half)) / findMean(settled.slice(0, half))),
    most: round(Math.max(...memory) / MEBIBYTE),
  },
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);

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

/** Bytes the service's process holds, every few seconds. */
async function watchMemory(): Promise<void> {
  while (performance.now() < end) {
    await sleep(Math.min(SAMPLE_EVERY_MS, seconds * 50));
    memory.push(1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })));
  }
}

function findPercentile(percent: number): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0);
}

function findMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
