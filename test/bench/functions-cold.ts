/**
 * Cold starts under AWS's runtime client: from the start of the process to its first request for work, and the first
 * request, for every function as it is bundled for deployment and for a bare Apollo "hello" bundled the same way.
 *
 *     npm run bench -- --only functions.cold
 *
 * Medians, in ms, of processes started in turns on this machine: compare them with one another, not with Lambda's. The
 * `_init_processor` figures are means of processor time, which other work on the machine disturbs less.
 */
import { renderQueueVariable, resources } from '@loupe/core/resources';
import { prepare } from '../infra/prepare.ts';
import { hostBundles } from '../infra/runtime/bundles.ts';
import { type HostedFunction, startFunction } from '../infra/runtime/runtime-api.ts';
import { buildFunction } from '../infra/synth/build-function.ts';
import { synthesise } from '../infra/synth/synthesise.ts';
import { makeGraphqlEvent } from './support/http-event.ts';
import { readProcessUsage } from './support/process-usage.ts';
import { runBench } from './support/run-bench.ts';

const OPERATOR_KEY = 'operator-of-the-bench-operator-of-the-bench';

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  LOUPE_STAGE: 'bench',
  LOUPE_TABLE: 'bench',
  LOUPE_BUCKET: 'bench',
  LOUPE_SECRET: 'secret-of-the-bench-secret-of-the-bench',
  LOUPE_OPERATOR_KEY: OPERATOR_KEY,
  ...Object.fromEntries(
    resources.queues.map(({ name }) => [
      renderQueueVariable(name),
      `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`,
    ]),
  ),
};

/** What a function is asked first; the others' first event needs the cloud. */
const FIRST_EVENTS: Readonly<Record<string, unknown>> = {
  api: makeGraphqlEvent('{ __typename }', OPERATOR_KEY),
  hello: makeGraphqlEvent('{ hello }', ''),
};

await runBench(10, async (runs) => {
  prepare();
  await synthesise('production', { bundles: true });
  const functions = [await bundleHello(), ...hostBundles()];
  const inits = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  const processors = new Map<string, number[]>(functions.map(({ name }) => [name, []]));
  const firsts = new Map<string, number[]>();
  for (let run = 0; run < runs; run++) {
    for (const hosted of run % 2 === 0 ? functions : functions.toReversed()) {
      const { init, processor, first } = await startOnce(hosted);
      inits.get(hosted.name)?.push(init);
      processors.get(hosted.name)?.push(processor);
      if (first !== undefined) firsts.set(hosted.name, [...(firsts.get(hosted.name) ?? []), first]);
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
  return { figures };
});

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
): Promise<{ readonly init: number; readonly processor: number; readonly first: number | undefined }> {
  const running = await startFunction(hosted, ENVIRONMENT, () => undefined);
  try {
    const { mainMs, othersMs } = readProcessUsage(running.processId);
    const start = { init: running.initMs, processor: mainMs + othersMs };
    const event = FIRST_EVENTS[hosted.name];
    if (event === undefined) return { ...start, first: undefined };
    const asked = performance.now();
    const answer = await running.invoke(JSON.stringify(event));
    const first = performance.now() - asked;
    if (!answer.ok || !answer.payload.includes('"statusCode":200')) {
      throw new Error(
        `${hosted.name} answered its first request with ${answer.ok ? answer.payload : answer.error}`,
      );
    }
    return { ...start, first };
  } finally {
    running.stop();
  }
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
