/** `npm run demo`: real files through the whole service on this machine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type Client, createClient } from '@loupe/sdk';
import { startLocalService } from '../local-service.ts';
import { createTenant, getInspection } from '../operations.ts';
import { cases, showcase } from './cases.ts';
import { chooseModel } from './environment.ts';
import { clearFolder, saveOverlays, saveViews } from './overlays.ts';
import { type DemoResult, runCase } from './run-case.ts';
import { describeResults, summarise } from './summary.ts';
import { renderTable } from './table.ts';

const root = join(import.meta.dirname, '..', '..', '..');
/** Few enough that a step's time is the step's own, not that of its neighbours. */
const CASES_AT_ONCE = 2;
const outputFolder = join(root, 'demo-output');

const HELP = `Usage: npm run demo [-- --json FILE]

Starts the whole service on this machine on free ports, has the bundled real files judged through
GraphQL, presigned uploads, queues and workers, and prints what came out.

  --json FILE   writes the results as JSON too
  --help        shows this

Uses the embedded detector, or the model of OPENAI_API_KEY or GEMINI_API_KEY when one is set;
LOUPE_DEMO_MODEL names another.
`;

function readArguments(): { readonly json: string | undefined; readonly help: boolean } {
  try {
    const { values } = parseArgs({ options: { json: { type: 'string' }, help: { type: 'boolean' } } });
    return { json: values.json, help: values.help ?? false };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${HELP}`);
    process.exit(1);
  }
}

async function runDemo(json: string | undefined): Promise<boolean> {
  const started = performance.now();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const { model, because } = chooseModel();
  say(`Model: ${model} (${because}).`);
  const dataDir = await mkdtemp(join(tmpdir(), 'loupe-demo-'));
  const ports = ['--port', '0', '--dynamodb-port', '0', '--s3-port', '0', '--sqs-port', '0'];
  const service = await startLocalService({ dataDir, args: ports });
  const stop = async () => {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  try {
    say(`Service: ${service.url} (DynamoDB, S3, SQS and the functions run beside it).`);
    const operator = createClient({ url: service.url, apiKey: service.operatorKey });
    const [tenant, stranger] = await Promise.all([
      createTenant(operator, 'Demo plant'),
      createTenant(operator, 'Another customer'),
    ]);
    const total = cases.reduce((sum, { queries }) => sum + queries.length, 0);
    say(`Preparing ${total} files …`);
    // Made beforehand, so that no upload waits for it.
    for (const { queries } of cases) for (const query of queries) await query.load();
    const results: DemoResult[] = [];
    const settings = { url: service.url, apiKey: tenant.apiKey, model };
    const report = (result: DemoResult) => {
      results.push(result);
      showProgress(results.length, total, result.query.file);
    };
    const waiting = cases.values();
    const work = async () => {
      for (const demoCase of waiting) await runCase(demoCase, settings, report);
    };
    await Promise.all(Array.from({ length: CASES_AT_ONCE }, work));
    const order = cases.flatMap(({ queries }) => queries);
    results.sort((left, right) => order.indexOf(left.query) - order.indexOf(right.query));
    say(`\n${renderTable(results)}\n`);
    say(summarise(results));
    say(await showIsolation(service.url, stranger.apiKey, results));
    await clearFolder(outputFolder);
    const saved = await saveOverlays(results, outputFolder);
    const shown = relative(process.cwd(), outputFolder) || '.';
    if (saved > 0) say(`${saved} overlays with the anomaly maps: ${shown}/`);
    for (const file of showcase) {
      say(await describeViews(createClient(settings), file, shown));
    }
    if (json) {
      await writeFile(json, `${JSON.stringify(describeResults(results), null, 2)}\n`);
      say(`The same as data: ${json}`);
    }
    say(`Took ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    say(NEXT_STEPS);
    return results.length === total && results.every(({ inspection }) => inspection.state === 'DONE');
  } finally {
    await stop();
  }
}

/** Saves a file's views and says where. A missing decoder of video, which is optional, ends nothing. */
async function describeViews(client: Client, file: string, shown: string): Promise<string> {
  try {
    const names = await saveViews(client, file, outputFolder);
    return `Views of ${file}: ${names.map((name) => `${shown}/${name}`).join(', ')}`;
  } catch (error) {
    if (error instanceof Error && error.message.includes('VIDEO_DECODER_MISSING')) return error.message;
    throw error;
  }
}

/** One line that is written over on a terminal, a line each elsewhere. */
function showProgress(done: number, total: number, file: string): void {
  const line = `Judged ${String(done).padStart(2)} of ${total}: ${file}`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}${done === total ? '\n' : ''}` : `${line}\n`);
}

async function showIsolation(
  url: string,
  strangersKey: string,
  results: readonly DemoResult[],
): Promise<string> {
  const id = results[0]?.inspection.id ?? '';
  const seen = await getInspection(createClient({ url, apiKey: strangersKey }), id);
  if (seen !== null) throw new Error(`Another tenant's key could read ${id}.`);
  return `Isolation: asked with the other tenant's key, ${id} does not exist.`;
}

const NEXT_STEPS = `
Go on with
  npm start                       serves until Ctrl-C, and prints a key and a first query
  http://127.0.0.1:4000/explorer  the GraphQL explorer, once it runs
  curl http://127.0.0.1:4000/graphql -H 'authorization: Bearer <key>' \\
    -H 'content-type: application/json' -d '{"query":"{ viewer { tenant { name } } models { name available } }"}'`;

const { json, help } = readArguments();
if (help) {
  process.stdout.write(HELP);
} else {
  try {
    process.exitCode = (await runDemo(json)) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
