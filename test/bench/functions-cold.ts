/**
 * Cold starts under AWS's runtime client: from the start of the process to its first request for work, and the first
 * request, for every function as it is bundled for deployment and for a bare Apollo "hello" bundled the same way.
 *
 *     npm run bench -- --only functions.cold
 *
 * Medians, in ms, of processes started in turns on this machine: compare them with one another, not with Lambda's. The
 * `_init_processor` figures are means of processor time, which other work on the machine disturbs less. First requests go
 * to a local cloud, in plain HTTP: Node's module for it brings all of fetch along, which a deployed function does not load.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resources } from '@loupe/core/resources';
import { startCloud } from '@loupe/local';
import { root } from '../infra/paths.ts';
import { prepare } from '../infra/prepare.ts';
import { hostBundles } from '../infra/runtime/bundles.ts';
import { type HostedFunction, startFunction } from '../infra/runtime/runtime-api.ts';
import { buildFunction } from '../infra/synth/build-function.ts';
import { synthesise } from '../infra/synth/synthesise.ts';
import { makeGraphqlEvent } from './support/http-event.ts';
import { readProcessUsage } from './support/process-usage.ts';
import { runBench } from './support/run-bench.ts';

/** Whom nothing belongs to. */
const NOBODY = 'ten_00000000000000000000000000';

/** What a function behind a queue is asked first: it looks in the table for what is not there, and has nothing to do. */
const MESSAGES: Readonly<Record<string, object>> = {
  intake: { sampleId: 'smp_00000000000000000000000000' },
  convert: { sampleId: 'smp_00000000000000000000000000' },
  'convert-video': { sampleId: 'smp_00000000000000000000000000' },
  infer: { inspectionId: 'ins_00000000000000000000000000' },
  deliver: { deliveryId: 'dlv_00000000000000000000000000' },
  evaluate: { jobId: 'evl_00000000000000000000000000' },
  leave: { jobId: 'del_00000000000000000000000000' },
};

await runBench(10, async (runs) => {
  prepare();
  await synthesise('production', { bundles: true });
  const dataDir = await mkdtemp(join(tmpdir(), 'loupe-cold-'));
  const cloud = await startCloud({ resources: { ...resources, functions: [] }, root, dataDir });
  try {
    return { figures: await measureStarts(runs, cloud.environment) };
  } finally {
    await cloud.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

async function measureStarts(
  runs: number,
  environment: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, number>>> {
  const functions = [await bundleHello(), ...hostBundles()];
  const inits = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  const processors = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  const firsts = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const hosted of run % 2 === 0 ? functions : functions.toReversed()) {
      const { init, processor, first } = await startOnce(hosted, environment);
      inits.get(hosted.name)?.push(init);
      processors.get(hosted.name)?.push(processor);
      firsts.get(hosted.name)?.push(first);
    }
  }
  const figures: Record<string, number> = {};
  const name = (one: string) => (one === 'hello' ? 'peer.apollo_hello' : `functions.${one}`);
  for (const [one, values] of inits) figures[`${name(one)}_init.ms`] = takeMedian(values);
  for (const [one, values] of processors) figures[`${name(one)}_init_processor.ms`] = takeMean(values);
  for (const [one, values] of firsts) figures[`${name(one)}_first_request.ms`] = takeMedian(values);
  figures['functions.api_init.ratio'] =
    (figures['functions.api_init.ms'] ?? 0) / (figures['peer.apollo_hello_init.ms'] ?? 1);
  figures['functions.api_init_processor.ratio'] =
    (figures['functions.api_init_processor.ms'] ?? 0) / (figures['peer.apollo_hello_init_processor.ms'] ?? 1);
  return figures;
}

async function bundleHello(): Promise<HostedFunction> {
  const { out, errors } = await buildFunction({
    functionID: 'Hello',
    handler: 'test/bench/support/hello-function.handler',
    properties: {
      architecture: 'arm64',
      minify: true,
      splitting: true,
      esbuild: { sourcemap: false, keepNames: false },
    },
  });
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return { name: 'hello', taskRoot: out, timeoutSeconds: 29, memoryMb: 1024 };
}

async function startOnce(
  hosted: HostedFunction,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly init: number; readonly processor: number; readonly first: number }> {
  const running = await startFunction(hosted, environment, () => undefined);
  try {
    const { mainMs, othersMs } = readProcessUsage(running.processId);
    const event = makeFirstEvent(hosted.name, environment.LOUPE_OPERATOR_KEY ?? '');
    const asked = performance.now();
    const answer = await running.invoke(JSON.stringify(event));
    const first = performance.now() - asked;
    if (!answer.ok || !/"statusCode":200|"batchItemFailures":\[\]|"overdue":0/.test(answer.payload)) {
      throw new Error(
        `${hosted.name} answered its first request with ${answer.ok ? answer.payload : answer.error}`,
      );
    }
    return { init: running.initMs, processor: mainMs + othersMs, first };
  } finally {
    running.stop();
  }
}

function makeFirstEvent(name: string, operatorKey: string): unknown {
  if (name === 'api') return makeGraphqlEvent('{ __typename }', operatorKey);
  if (name === 'hello') return makeGraphqlEvent('{ hello }', '');
  const message = MESSAGES[name];
  if (message === undefined) return {};
  return {
    Records: [
      {
        messageId: 'bench',
        receiptHandle: 'bench',
        body: JSON.stringify({ tenantId: NOBODY, ...message }),
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
      },
    ],
  };
}

function takeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function takeMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
