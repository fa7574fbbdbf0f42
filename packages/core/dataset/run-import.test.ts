import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../../functions/testing/memory-platform.ts';
import { createTenantScope, type TenantScope } from '../platform/index.ts';
import { sampleKind } from '../sample/index.ts';
import {
  type Dataset,
  type DatasetImport,
  type DatasetVersion,
  datasetImportKind,
  datasetKind,
  datasetVersionKind,
  locateImport,
  locateWork,
} from './entity.ts';
import { type ImportTurn, runImport } from './run-import.ts';
import { listItems, makeVersion } from './version.ts';

/** Of them the last hundred name the items of the first hundred again, and one of each hundred names no sample. */
const LINES = 2600;
const SIZES = { blockLines: 300, parts: 1, maxLines: LINES };
const LEASE_MS = 1000;
const SAMPLES = Array.from({ length: 900 }, (_, i) => `smp_${String(i).padStart(26, '0')}`);

/** An import on a platform in memory. @param breaksAt the operations on the object store that fail, each counted from the last */
async function prepare(breaksAt: readonly number[] = []) {
  let now = 1_700_000_000_000;
  const elapse = (ms: number) => {
    now += ms;
  };
  const { platform } = createMemoryPlatform(() => now++);
  const scope = createTenantScope(platform, 'ten_01JZZZZZZZZZZZZZZZZZZZZZZZ');
  const dataset: Dataset = { id: scope.createId('dataset'), rev: 1, name: '', versionCount: 0, createdAt: 0 };
  const job: DatasetImport = {
    id: scope.createId('datasetImport'),
    rev: 1,
    datasetId: dataset.id,
    state: 'QUEUED',
    format: 'JSONL',
    takeGood: true,
    badLines: [],
    badLineCount: 0,
    createdAt: 0,
    uploadUntil: 0,
    attempt: 0,
  };
  const writes = [scope.table.create(datasetKind, dataset), scope.table.create(datasetImportKind, job)];
  for (const [i, id] of SAMPLES.entries()) {
    // Every tenth shares its content with the one before it.
    const etag = `"${i % 10 === 9 ? i - 1 : i}"`;
    const sample = { id, rev: 1, state: 'READY', etag } as never;
    writes.push(scope.table.create(sampleKind, sample));
  }
  await scope.table.transact(writes);
  await scope.bucket.put(locateImport(job, 'manifest'), Buffer.from(renderLines().join('\n')), 'text/plain');
  return { scope, job, fragile: breakAt(scope, breaksAt), elapse };
}

function makeTurn(token: string, deadline = Infinity): ImportTurn {
  return { lease: { token, until: Infinity }, deadline, retryMs: 0 };
}

/** Not in order. */
function renderLines(): string[] {
  return Array.from({ length: LINES }, (_, i) => {
    const number = ((i < 2500 ? i : i - 2500) * 7) % LINES;
    return JSON.stringify({
      item: `piece ${number}`,
      class: `class ${number % 3}`,
      label: number % 2,
      split: number % 5 === 0 ? 'train' : 'test',
      sampleId: i % 100 === 12 ? 'none' : SAMPLES[number % SAMPLES.length],
      ...(number % 50 === 0 && { references: [SAMPLES[number % 7]] }),
    });
  });
}

/** The scope with an object store that fails at operations. */
function breakAt(scope: TenantScope, breaksAt: readonly number[]): TenantScope {
  const left = [...breaksAt];
  let count = 0;
  const bucket = new Proxy(scope.bucket, {
    get(target, name, receiver) {
      const operation = Reflect.get(target, name, receiver);
      if (typeof operation !== 'function') return operation;
      return async (...values: unknown[]) => {
        if (left.length > 0 && ++count >= (left[0] ?? 0)) {
          left.shift();
          count = 0;
          throw new Error('The object store is away.');
        }
        return operation(...values);
      };
    },
  });
  return { ...scope, bucket };
}

interface Outcome {
  readonly version: Omit<DatasetVersion, 'id' | 'datasetId' | 'createdAt'>;
  readonly report: string;
  readonly job: DatasetImport;
  /** What is left of its work. */
  readonly rest: number;
}

async function readOutcome(scope: TenantScope, id: string): Promise<Outcome> {
  const job = await scope.table.get(datasetImportKind, id);
  const made = job?.versionId && (await scope.table.get(datasetVersionKind, job.versionId));
  if (!job || !made) throw new Error(`It is ${job?.state}: ${job?.failure?.message}`);
  const { id: _, datasetId, createdAt, ...version } = made;
  const report = Buffer.from(await scope.bucket.get(locateImport(job, 'bad-lines.jsonl'))).toString();
  return { version, report, job, rest: (await scope.bucket.list(locateWork(job), 10)).length };
}

let undisturbed: Outcome;

beforeAll(async () => {
  const { scope, job } = await prepare();
  expect(await runImport(scope, job.id, makeTurn('a'), SIZES)).toBe(false);
  undisturbed = await readOutcome(scope, job.id);
});

describe('an import in steps', () => {
  it('makes the version that the items make in memory, and says of each line left out why', async () => {
    const { scope, job } = await prepare();
    await runImport(scope, job.id, makeTurn('a'), SIZES);
    const { version, job: ended } = await readOutcome(scope, job.id);
    const made = await scope.table.get(datasetVersionKind, ended.versionId ?? '');
    const items = made ? await Array.fromAsync(listItems(scope, made)) : [];
    // 26 lines name no sample: 25 of the first 2,500, whose other 2,475 are items, and one of the last hundred.
    expect([items.length, ended.badLineCount, ended.linesRead]).toEqual([2475, 125, LINES]);
    expect(undisturbed.report.split('\n')).toHaveLength(126);
    const other = await prepare();
    const held = await makeVersion(other.scope, other.job.datasetId, items.toReversed());
    const { id, datasetId, createdAt, ...rest } = held;
    expect(rest).toEqual(version);
    expect(version.leakCount).toBeGreaterThan(100);
    // Nothing but the manifest, the report and three parts is left.
    expect(undisturbed.rest).toBe(0);
  });

  it('ends the same when every invocation has time for one step only', async () => {
    const { scope, job, elapse } = await prepare();
    let invocations = 1;
    while (await runImport(scope, job.id, makeTurn(`${invocations}`, 0), SIZES)) {
      elapse(1);
      invocations++;
    }
    // Nine blocks and the rest of the file, the report, three parts, the version.
    expect(invocations).toBeGreaterThan(12);
    const { version, report } = await readOutcome(scope, job.id);
    expect([version, report]).toEqual([undisturbed.version, undisturbed.report]);
  });

  it('ends the same when the object store fails time and again, wherever that is', async () => {
    for (let first = 1; first <= 29; first += 4) {
      const { scope, job, fragile, elapse } = await prepare([first, 3, 11, 7]);
      let failures = 0;
      for (let goesOn = true; goesOn; ) {
        try {
          goesOn = await runImport(fragile, job.id, makeTurn(`${failures}`), SIZES);
        } catch {
          failures++;
          elapse(LEASE_MS);
        }
      }
      expect(failures).toBe(4);
      const outcome = await readOutcome(scope, job.id);
      expect([outcome.version, outcome.report, outcome.rest]).toEqual([
        undisturbed.version,
        undisturbed.report,
        0,
      ]);
    }
  });

  it('is taken up where it was noted last when its worker vanishes, once the lease is over', async () => {
    const { scope, job, elapse } = await prepare();
    const vanished = await vanish(scope, job, (_, count) => count === 20);
    expect(await runImport(scope, job.id, makeTurn('b'), SIZES)).toBe(false);
    expect((await scope.table.get(datasetImportKind, job.id))?.state).toBe('RUNNING');
    elapse(vanished);
    await runImport(scope, job.id, makeTurn('b'), SIZES);
    const { version, report } = await readOutcome(scope, job.id);
    expect([version, report]).toEqual([undisturbed.version, undisturbed.report]);
  });

  it('is not given up once it made its version, however often its worker vanishes', async () => {
    const { scope, job, elapse } = await prepare();
    for (let worker = 1; worker <= 7; worker++) {
      // The work is listed to be cleared away.
      elapse(await vanish(scope, job, (name) => name === 'list'));
    }
    expect((await scope.table.get(datasetImportKind, job.id))?.state).toBe('RUNNING');
    await runImport(scope, job.id, makeTurn('b'), SIZES);
    const { version, rest } = await readOutcome(scope, job.id);
    expect([version, rest]).toEqual([undisturbed.version, 0]);
  });

  it('is not read to its end when it has too many lines, good or bad', async () => {
    const manifests = [renderLines().join('\n'), 'x\n'.repeat(LINES)];
    for (const [i, manifest] of manifests.entries()) {
      const { scope, job, elapse } = await prepare();
      await scope.bucket.put(locateImport(job, 'manifest'), Buffer.from(manifest), 'text/plain');
      const sizes = { ...SIZES, maxLines: 1000 };
      // A step an invocation.
      let token = 0;
      while (await runImport(scope, job.id, makeTurn(`${token++}`, 0), sizes)) elapse(1);
      const ended = await scope.table.get(datasetImportKind, job.id);
      expect(ended).toMatchObject({
        state: 'FAILED',
        failure: { code: 'INVALID', message: expect.stringContaining('at most 1000 lines, good and bad') },
        // Four blocks; of the first manifest's lines one of each hundred is bad.
        linesRead: 1200,
        badLineCount: i === 0 ? 12 : 1200,
      });
      const report = Buffer.from(await scope.bucket.get(locateImport(job, 'bad-lines.jsonl'))).toString();
      expect(report.trimEnd().split('\n')).toHaveLength(ended?.badLineCount ?? 0);
    }
  });

  it('fails when the manifest is replaced while it is read', async () => {
    const { scope, job } = await prepare();
    await runImport(scope, job.id, makeTurn('a', 0), SIZES);
    await scope.bucket.put(locateImport(job, 'manifest'), Buffer.from('{}\n'.repeat(9999)), 'text/plain');
    await runImport(scope, job.id, makeTurn('b'), SIZES);
    expect(await scope.table.get(datasetImportKind, job.id)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'INVALID', message: expect.stringContaining('replaced') },
    });
  });

  it('keeps no more names of leaks than a row of the table holds', async () => {
    const { scope, job } = await prepare();
    const items = Array.from({ length: 3000 }, (_, i) => ({
      item: `${i}`.padEnd(250, '漢'),
      sampleId: SAMPLES[i % 150] ?? '',
      class: 'class',
      anomalous: false,
    }));
    const { leaks, leakCount } = await makeVersion(scope, job.datasetId, items);
    // 20 names of 250 characters each.
    expect([leaks.length, leakCount]).toEqual([20, 150]);
  });

  it('is not overwritten by items that were added to the version before it', async () => {
    const { scope, job } = await prepare();
    const basis = await scope.table.get(datasetKind, job.datasetId);
    await runImport(scope, job.id, makeTurn('a'), SIZES);
    const items = [{ item: 'added', sampleId: SAMPLES[0] ?? '', class: 'class', anomalous: false }];
    await expect(makeVersion(scope, job.datasetId, items, basis)).rejects.toThrow('changed meanwhile');
    expect((await makeVersion(scope, job.datasetId, items)).number).toBe(2);
  });

  it('says why it failed although the object store goes away while its work is cleared', async () => {
    const { scope, job } = await prepare();
    const lines = Array.from({ length: 101 }, (_, i) =>
      JSON.stringify({ item: `${i}`, class: `class ${i}`, label: 0, sampleId: SAMPLES[i] }),
    );
    await scope.bucket.put(locateImport(job, 'manifest'), Buffer.from(lines.join('\n')), 'text/plain');
    const list: TenantScope['bucket']['list'] = async (...of) => {
      const page = await scope.bucket.list(...of);
      if (page.length === 0) throw new Error('The object store is away.');
      return page;
    };
    const fragile = { ...scope, bucket: { ...scope.bucket, list } };
    await expect(runImport(fragile, job.id, makeTurn('a'), SIZES)).rejects.toThrow('away');
    await runImport(scope, job.id, makeTurn('b'), SIZES);
    expect(await scope.table.get(datasetImportKind, job.id)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'INVALID', message: expect.stringContaining('classes') },
    });
  });

  it('gives up when its worker vanishes five times at one place', async () => {
    const { scope, job, elapse } = await prepare();
    for (let worker = 1; worker <= 5; worker++) elapse(await vanish(scope, job, () => true));
    await runImport(scope, job.id, makeTurn('b'), SIZES);
    expect(await scope.table.get(datasetImportKind, job.id)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'IMPORT_ABORTED', retryable: false },
    });
  });

  it('outlasts an hour without an object store at each of its steps', async () => {
    const { scope, job, elapse } = await prepare();
    for (let step = 1; step <= 3; step++) {
      await tryInVain(scope, job, elapse, 58);
      await runImport(scope, job.id, makeTurn('b', 0), SIZES);
    }
    await runImport(scope, job.id, makeTurn('c'), SIZES);
    const { version, report } = await readOutcome(scope, job.id);
    expect([version, report]).toEqual([undisturbed.version, undisturbed.report]);
  });

  it('fails after more than an hour without one, as what is to be imported again', async () => {
    const { scope, job, elapse } = await prepare();
    await runImport(scope, job.id, makeTurn('a', 0), SIZES);
    await tryInVain(scope, job, elapse, 62);
    await runImport(scope, job.id, makeTurn('b'), SIZES);
    expect(await scope.table.get(datasetImportKind, job.id)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'IMPORT_FAILED', retryable: true },
    });
    expect(await scope.bucket.list(locateWork(job), 10)).toEqual([]);
  });
});

/** Tries once a minute while the object store is away. */
async function tryInVain(
  scope: TenantScope,
  job: DatasetImport,
  elapse: (ms: number) => void,
  minutes: number,
): Promise<void> {
  const away = breakAt(
    scope,
    Array.from({ length: minutes }, () => 1),
  );
  for (let minute = 0; minute < minutes; minute++) {
    await expect(runImport(away, job.id, makeTurn(`${minute}`), SIZES)).rejects.toThrow('away');
    elapse(60_000);
  }
}

/**
 * A worker whose process ends at an operation, told by its name and number: it neither goes on nor gives anything back.
 * @returns its lease, in ms
 */
async function vanish(
  scope: TenantScope,
  job: DatasetImport,
  isEnd: (name: string | symbol, count: number) => boolean,
): Promise<number> {
  let operations = 0;
  const gone = Promise.withResolvers<void>();
  const bucket = new Proxy(scope.bucket, {
    get(target, name, receiver) {
      const operation = Reflect.get(target, name, receiver);
      if (typeof operation !== 'function') return operation;
      return (...values: unknown[]) => {
        if (!isEnd(name, ++operations)) return operation(...values);
        gone.resolve();
        return new Promise(() => undefined);
      };
    },
  });
  const lease = { token: 'gone', until: scope.clock() + LEASE_MS };
  const turn = { lease, deadline: Infinity, retryMs: 0 };
  void runImport({ ...scope, bucket }, job.id, turn, SIZES);
  await gone.promise;
  return LEASE_MS;
}
