/**
 * How long an import takes by itself, and how much memory: `npm run -s bench:import -- --items 100000,1000000`. Rows and objects
 * are not asked of a cloud: samples are made up as they are looked up, objects are files. Each size runs in a process of its own;
 * an invocation ends as it would in the function. Processor time is that of all threads.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type Dataset,
  type DatasetImport,
  datasetImportKind,
  datasetKind,
  locateImport,
  runImport,
} from '@loupe/core/dataset';
import type { Bucket, TenantScope } from '@loupe/core/platform';
import { createTenantScope } from '@loupe/core/platform';
import { createMemoryPlatform } from '../../packages/functions/testing/memory-platform.ts';

/** Of the function's 300 s, without those that a step may take after its deadline. */
const INVOCATION_MS = 240_000;
const MEBIBYTE = 2 ** 20;

const { values } = parseArgs({
  options: { items: { type: 'string', default: '100000' }, alone: { type: 'boolean' } },
});
if (values.alone) await measure(Number(values.items));
else {
  for (const items of values.items.split(',')) {
    const file = fileURLToPath(import.meta.url);
    const { status } = spawnSync(process.execPath, [file, '--alone', '--items', items], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

async function measure(items: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'loupe-import-'));
  try {
    const { platform } = createMemoryPlatform(Date.now);
    const inner = createTenantScope(platform, 'ten_01JZZZZZZZZZZZZZZZZZZZZZZZ');
    const scope: TenantScope = {
      ...inner,
      bucket: openFiles(folder),
      table: { ...inner.table, getMany: findSamples } as TenantScope['table'],
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
    const lasted: number[] = [];
    for (let goesOn = true; goesOn; ) {
      const from = Date.now();
      const lease = { token: String(from), until: from + INVOCATION_MS };
      goesOn = await runImport(scope, job.id, lease, lease.until);
      lasted.push((Date.now() - from) / 1000);
    }
    const { user, system } = process.cpuUsage(before);
    const ended = await scope.table.get(datasetImportKind, job.id);
    if (ended?.itemCount !== items) throw new Error(`It ended ${ended?.state}: ${ended?.failure?.message}`);
    const figures = {
      processor_s: (user + system) / 1e6,
      invocations: lasted.length,
      longest_invocation_s: Math.max(...lasted),
      peak_mb: (process.resourceUsage().maxRSS * 1024) / MEBIBYTE,
    };
    for (const [name, value] of Object.entries(figures)) {
      process.stdout.write(`${`import.${items}.${name}`.padEnd(48)} ${value.toFixed(2).padStart(9)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Half of the items anomalous, in three classes, none in order; each names a sample of its own. */
async function writeManifest(file: string, items: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  for (let i = 0; i < items; i++) {
    const number = (i * 7_919) % items;
    const line = {
      item: `line-4/2026/station-${number % 7}/${number}.png`,
      sampleId: `smp_${String(number).padStart(26, '0')}`,
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
