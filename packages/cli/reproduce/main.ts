/** `npm run -s reproduce`: Table I of arXiv 2403.11083 with one's own key and copy of MVTec AD. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Client, createClient } from '@loupe/sdk';
import { startLocalService } from '../local-service.ts';
import { createProfile, createReadySample, createTenant } from '../operations.ts';
import { listMvtecItems, type PaperItem } from './mvtec-items.ts';
import { evaluate, importList, type Reproduction } from './run-evaluation.ts';

const HELP = `Usage: npm run -s reproduce -- --mvtec FOLDER [options]

Judges the test split of MVTec AD by the paper's FULL prompt and one reference, as Table I of arXiv 2403.11083, and
prints ACC, AUROC and AUPR by the protocols paper and clean. The report goes to reproduce.html.

  --mvtec FOLDER     holds bottle/test/good/000.png and so on
  --model NAME       default gpt-4o; needs OPENAI_API_KEY, GEMINI_API_KEY or LOUPE_OPENAI_BASE_URL
  --limit N          pictures of each class at most
  --budget USD       stops before it costs more
  --clean            takes the references from the training split: no picture is compared with itself
  --help             shows this
`;

/** Uploads at once. */
const UPLOADS = 4;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      mvtec: { type: 'string' },
      model: { type: 'string', default: 'gpt-4o' },
      limit: { type: 'string', default: '100000' },
      budget: { type: 'string' },
      clean: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!values.mvtec) throw new Error('Name the folder of MVTec AD by --mvtec.');
  const folder = resolve(values.mvtec);
  const items = listMvtecItems(folder, { clean: values.clean, limit: readNumber('--limit', values.limit) });
  if (items.length === 0) throw new Error(`${folder} has no picture like bottle/test/good/000.png.`);
  const budget = values.budget === undefined ? undefined : 1e6 * readNumber('--budget', values.budget);
  const dataDir = await mkdtemp(join(tmpdir(), 'loupe-reproduce-'));
  const ports = ['--port', '0', '--dynamodb-port', '0', '--s3-port', '0', '--sqs-port', '0'];
  const service = await startLocalService({ dataDir, args: ports });
  try {
    const operator = createClient({ url: service.url, apiKey: service.operatorKey });
    const { apiKey } = await createTenant(operator, 'Reproduction');
    const client = createClient({ url: service.url, apiKey });
    const result = await run(client, folder, items, values.model, budget);
    process.stdout.write(`\n${renderTable(result)}\n`);
    if (result.report) {
      const page = await fetch(result.report.url);
      await writeFile('reproduce.html', Buffer.from(await page.arrayBuffer()));
    }
    return result.state === 'DONE' ? 0 : 1;
  } finally {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function run(
  client: Client,
  folder: string,
  items: readonly PaperItem[],
  model: string,
  budget: number | undefined,
): Promise<Reproduction> {
  const paths = [...new Set(items.flatMap((item) => [item.defect_img_path, item.good_img_path]))];
  const files = await uploadAll(client, folder, paths);
  const datasetVersionId = await importList(client, JSON.stringify(items), files);
  const profileId = await createProfile(client, {
    name: 'MVTec AD',
    className: 'object',
    preset: 'FULL',
    model,
  });
  const input = {
    profileId,
    datasetVersionId,
    name: `MVTec AD by ${model}`,
    useItemClass: true,
    ...(budget !== undefined && { maxCostMicroUsd: budget }),
  };
  return evaluate(client, input, (progress) => {
    process.stderr.write(`\r${progress.judged} of ${progress.items} judged, ${renderCost(progress)} `);
  });
}

/** Lines of path and sample, a few uploads at a time. */
async function uploadAll(client: Client, folder: string, paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const next = paths.values();
  const work = async () => {
    for (const path of next) {
      const bytes = new Uint8Array(await readFile(join(folder, path)));
      const file = { name: path.replaceAll('/', '_'), contentType: 'image/png', bytes };
      lines.push(JSON.stringify({ path, sampleId: await createReadySample(client, file) }));
      process.stderr.write(`\r${lines.length} of ${paths.length} uploaded `);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS }, work));
  return lines.join('\n');
}

function renderTable({ variants, progress }: Reproduction): string {
  const result = variants[0]?.result;
  if (!result) return 'There are no figures.';
  const show = ({ acc, auroc, aupr }: { acc: number | null; auroc: number | null; aupr: number | null }) =>
    [acc, auroc, aupr].map((value) => (value === null ? '    –' : value.toFixed(3))).join('  ');
  const rows = result.paper.classes.map(({ name, metrics }, i) => {
    const clean = result.clean.classes[i]?.metrics;
    return `${name.padEnd(14)} ${show(metrics)}    ${clean ? show(clean) : ''}`;
  });
  return [
    `${''.padEnd(14)} paper                  clean`,
    `${'class'.padEnd(14)}   ACC  AUROC   AUPR      ACC  AUROC   AUPR`,
    ...rows,
    `${'all, pooled'.padEnd(14)} ${show(result.paper.pooled)}    ${show(result.clean.pooled)}`,
    `${progress.judged} items, coverage ${result.clean.pooled.coverage?.toFixed(3)}, ${renderCost(progress)}`,
  ].join('\n');
}

function renderCost({ costMicroUsd, costUnknownCount }: Reproduction['progress']): string {
  const known = `$${(costMicroUsd / 1e6).toFixed(2)}`;
  return costUnknownCount === 0
    ? known
    : `${known} without ${costUnknownCount} items whose cost is not known`;
}

function readNumber(name: string, value: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new Error(`${name} must be a number above 0, not ${value}.`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)} See --help.\n`);
  process.exitCode = 1;
}
