/**
 * What an import of a manifest takes by itself: samples are made up as they are looked up, objects are files.
 *
 *     node test/bench/import.ts [--items 100000,1000000] [--json FILE]
 *
 * For each number of lines, in a process of its own: processor time (`cpu_s`), also of the longest step, which one
 * invocation has to end; the greatest resident memory; and how many invocations it took. Then what retention takes of each page of 50 samples to know which of
 * them the version names (`held_cpu_ms`), and without the version's index (`held_unindexed_cpu_ms`). Beside it what looking up a sample in the local cloud takes of
 * the client's processor (`lookup_cpu_us`).
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createReadySample } from '@loupe/cli/operations';
import {
  type Dataset,
  type DatasetImport,
  type DatasetVersion,
  datasetImportKind,
  datasetKind,
  datasetVersionKind,
  findNamed,
  locateImport,
  runImport,
} from '@loupe/core/dataset';
import { type Bucket, createTenantScope, type TenantScope } from '@loupe/core/platform';
import { sampleKind } from '@loupe/core/sample';
import { createMemoryPlatform } from '../../packages/functions/testing/memory-platform.ts';
import { loadImage } from '../support/images.ts';
import { openRawCloud } from '../support/raw-cloud.ts';
import { startTestService } from '../support/service.ts';

/** Less than the function has, so that an import of ten million lines goes on in several. */
const INVOCATION_MS = 240_000;
/** Samples looked up. */
const LOOKUPS = 10_000;
/** Samples of a page of retention. */
const CANDIDATES = 50;
const MEBIBYTE = 2 ** 20;

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '100000,1000000' },
    alone: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const sizes = values.items.split(',').map(Number);
const figures = values.alone
  ? await measure(sizes[0] ?? 0)
  : { ...measureApart(), ...(await measureLookups()) };
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);

/** Memory is of a process: each size has its own. */
function measureApart(): Record<string, number> {
  return Object.assign(
    {},
    ...sizes.map((size) => {
      const args = [fileURLToPath(import.meta.url), '--alone', '--items', `${size}`];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as Record<string, number>;
    }),
  );
}

/** Rows like that of a real sample, looked up as an import does. */
async function measureLookups(): Promise<Record<string, number>> {
  const service = await startTestService();
  const cloud = openRawCloud(service.endpoints);
  try {
    const { id: tenantId, client } = await service.createTenantClient();
    const scope = createTenantScope(cloud.openPlatform(Date.now), tenantId);
    const id = await createReadySample(client, await loadImage('deeppcb/00041000_temp.jpg'));
    const sample = await scope.table.get(sampleKind, id);
    if (!sample) throw new Error('The sample has no row.');
    const samples = Array.from({ length: LOOKUPS }, () => ({
      ...sample,
      id: scope.createId('sample'),
      rev: 1,
    }));
    for (let from = 0; from < LOOKUPS; from += 100) {
      const some = samples.slice(from, from + 100);
      await scope.table.transact(some.map((one) => scope.table.create(sampleKind, one)));
    }
    const ids = samples.map((one) => one.id);
    const fields = ['id', 'state', 'etag'] as const;
    await scope.table.pickMany(sampleKind, ids.slice(0, LOOKUPS / 5), fields);
    const before = process.cpuUsage();
    await scope.table.pickMany(sampleKind, ids, fields);
    const { user, system } = process.cpuUsage(before);
    return { lookup_cpu_us: (user + system) / LOOKUPS };
  } finally {
    cloud.close();
    await service.dispose();
  }
}

async function measure(items: number): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'loupe-import-'));
  try {
    const { platform } = createMemoryPlatform(Date.now);
    const inner = createTenantScope(platform, 'ten_01JZZZZZZZZZZZZZZZZZZZZZZZ');
    const steps: number[] = [];
    let stepFrom = process.cpuUsage();
    const scope: TenantScope = {
      ...inner,
      bucket: openFiles(folder),
      table: {
        ...inner.table,
        pickMany: findSamples as TenantScope['table']['pickMany'],
        // Each step ends with its row.
        async transact(writes) {
          const { user, system } = process.cpuUsage(stepFrom);
          steps.push((user + system) / 1e6);
          stepFrom = process.cpuUsage();
          await inner.table.transact(writes);
        },
      },
    };
    const dataset: Dataset = {
      id: scope.createId('dataset'),
      rev: 1,
      name: 'Large',
      versionCount: 0,
      createdAt: 0,
    };
    const job: DatasetImport = {
      id: scope.createId('datasetImport'),
      rev: 1,
      datasetId: dataset.id,
      state: 'QUEUED',
      format: 'JSONL',
      takeGood: false,
      badLines: [],
      badLineCount: 0,
      createdAt: 0,
      uploadUntil: 0,
      attempt: 0,
    };
    await scope.table.transact([
      scope.table.create(datasetKind, dataset),
      scope.table.create(datasetImportKind, job),
    ]);
    await writeManifest(join(folder, locateImport(job, 'manifest')), items);
    const before = process.cpuUsage();
    stepFrom = before;
    steps.length = 0;
    let invocations = 0;
    for (let goesOn = true; goesOn; invocations++) {
      const lease = { token: `${invocations}`, until: Date.now() + INVOCATION_MS };
      goesOn = await runImport(scope, job.id, { lease, deadline: lease.until, retryMs: 0 });
    }
    const { user, system } = process.cpuUsage(before);
    const ended = await scope.table.get(datasetImportKind, job.id);
    if (ended?.itemCount !== items) throw new Error(`It ended ${ended?.state}: ${ended?.failure?.message}`);
    const figures = {
      cpu_s: (user + system) / 1e6,
      longest_step_cpu_s: Math.max(...steps),
      invocations,
      memory_mb: (process.resourceUsage().maxRSS * 1024) / MEBIBYTE,
    };
    Object.assign(figures, await measureHeld(scope, ended.versionId ?? '', items));
    return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${items}.${name}`, value]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every other sample asked for is in the version. */
async function measureHeld(scope: TenantScope, versionId: string, items: number) {
  const indexed = await scope.table.get(datasetVersionKind, versionId);
  if (!indexed) throw new Error('The version has no row.');
  const ids = Array.from({ length: CANDIDATES }, (_, i) =>
    nameSample(i % 2 === 0 ? (i * 7_919) % items : items + i),
  );
  const time = async (version: DatasetVersion) => {
    const before = process.cpuUsage();
    const { size } = await findNamed(scope, version, ids);
    const { user, system } = process.cpuUsage(before);
    if (size !== CANDIDATES / 2) throw new Error(`${size} of ${CANDIDATES} samples were found.`);
    return (user + system) / 1000;
  };
  return {
    held_cpu_ms: await time(indexed),
    held_unindexed_cpu_ms: await time({ ...indexed, indexedSamples: undefined }),
  };
}

function nameSample(number: number): string {
  return `smp_${String(number).padStart(26, '0')}`;
}

/** Half of the items anomalous, in three classes, none in order; each names a sample of its own. */
async function writeManifest(file: string, items: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  for (let i = 0; i < items; i++) {
    const number = (i * 7_919) % items;
    const line = {
      item: `line-4/2026/station-${number % 7}/${number}.png`,
      sampleId: nameSample(number),
      class: ['bottle', 'cable', 'capsule'][number % 3],
      label: number % 2,
      split: 'test',
    };
    if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

async function findSamples(_kind: unknown, ids: readonly string[]): Promise<object[]> {
  return ids.map((id) => ({ id, state: 'READY', etag: `"${id.slice(4)}000000"` }));
}

/** Objects as files of a folder. */
function openFiles(folder: string): ReturnType<Bucket['scope']> {
  const locate = (path: string) => join(folder, path);
  const bucket: Partial<ReturnType<Bucket['scope']>> = {
    async head(path) {
      const facts = await stat(locate(path)).catch(() => undefined);
      return facts && { bytes: facts.size, etag: 'x' };
    },
    async get(path, { range } = {}) {
      if (!range) return readFile(locate(path));
      const file = await open(locate(path));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(range.bytes), 0, range.bytes, range.from);
      await file.close();
      return buffer.subarray(0, bytesRead);
    },
    async put(path, bytes) {
      await mkdir(dirname(locate(path)), { recursive: true });
      await writeFile(locate(path), bytes);
    },
    async write(path, pieces) {
      await mkdir(dirname(locate(path)), { recursive: true });
      await writeFile(locate(path), pieces);
      return (await stat(locate(path))).size;
    },
    async copy(from, to) {
      await mkdir(dirname(locate(to)), { recursive: true });
      await copyFile(locate(from), locate(to));
    },
    async list(prefix) {
      const names = await readdir(locate(prefix), { recursive: true, withFileTypes: true }).catch(() => []);
      return names
        .filter((name) => name.isFile())
        .map((name) => ({ path: join(name.parentPath, name.name).slice(folder.length + 1), bytes: 0 }));
    },
    async remove(paths) {
      for (const path of paths) await rm(locate(path), { force: true });
    },
  };
  return bucket as ReturnType<Bucket['scope']>;
}
