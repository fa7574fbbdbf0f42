/**
 * How long the local cloud takes to be ready and to stop: whole processes, from spawn to the ready line and from
 * SIGTERM to the exit. The first run finds an empty data folder, the others what it left.
 *
 *     node test/bench/local-start.ts [--json FILE] [--runs N]
 */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalService } from '@loupe/cli/local-service';

const GOAL_READY_MS = 600;
const GOAL_STOP_MS = 200;

interface Run {
  readonly readyMs: number;
  readonly stopMs: number;
}

const { values } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '11' } },
});
const dataDir = await mkdtemp(join(tmpdir(), 'loupe-start-'));
const runs: Run[] = [];
for (let index = 0; index < Number(values.runs); index += 1) runs.push(await measure());
await rm(dataDir, { recursive: true });

const [first] = runs;
const result = {
  runs: runs.length,
  firstReadyMs: first?.readyMs,
  readyMs: summarize(runs.map(({ readyMs }) => readyMs)),
  stopMs: summarize(runs.map(({ stopMs }) => stopMs)),
  goals: { readyMs: GOAL_READY_MS, stopMs: GOAL_STOP_MS },
};
process.stdout.write(
  `ready: median ${result.readyMs.median} ms, worst ${result.readyMs.worst} ms (goal ${GOAL_READY_MS})\n` +
    `stop:  median ${result.stopMs.median} ms, worst ${result.stopMs.worst} ms (goal ${GOAL_STOP_MS})\n`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);

async function measure(): Promise<Run> {
  const started = performance.now();
  const service = await startLocalService({ dataDir, args: ['--port', '0'] });
  const ready = performance.now();
  await service.stop();
  return { readyMs: Math.round(ready - started), stopMs: Math.round(performance.now() - ready) };
}

function summarize(values: readonly number[]): { median: number; worst: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, worst: sorted.at(-1) ?? 0 };
}
