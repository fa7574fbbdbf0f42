import { type DatasetImport, datasetImportKind, locateImport } from '@loupe/core/dataset';
import { createTenantScope, type TenantScope } from '@loupe/core/platform';
import type { Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import { RetryLater } from './batch.ts';
import { workOffImport } from './evaluate-import.ts';
import { createMemoryPlatform } from './testing/memory-platform.ts';

const START = 1_700_000_000_000;
const TIMEOUT_MS = 900_000;

/** An import in an invocation of 900 s. @param meet what happens when its manifest is looked for */
async function prepare(meet: (scope: TenantScope, id: string) => Promise<void>) {
  const time = { now: START };
  const { platform, messages } = createMemoryPlatform(() => time.now);
  const inner = createTenantScope(platform, 'ten_01JZZZZZZZZZZZZZZZZZZZZZZZ');
  const job: DatasetImport = {
    id: inner.createId('datasetImport'),
    rev: 1,
    datasetId: inner.createId('dataset'),
    state: 'QUEUED',
    format: 'JSONL',
    takeGood: false,
    badLines: [],
    badLineCount: 0,
    createdAt: START,
    uploadUntil: START,
    attempt: 0,
  };
  await inner.table.transact([inner.table.create(datasetImportKind, job)]);
  await inner.bucket.put(locateImport(job, 'manifest'), Buffer.from('x\n'), 'text/plain');
  const head: TenantScope['bucket']['head'] = async (path) => {
    await meet(inner, job.id);
    return inner.bucket.head(path);
  };
  const context = { getRemainingTimeInMillis: () => START + TIMEOUT_MS - time.now } as Context;
  const read = () => inner.table.get(datasetImportKind, job.id);
  return {
    scope: { ...inner, bucket: { ...inner.bucket, head } },
    id: job.id,
    context,
    read,
    messages,
    time,
  };
}

it('has its import as long as the invocation may run', async () => {
  let until: number | undefined;
  const { scope, id, context } = await prepare(async (inner, claimed) => {
    until = (await inner.table.get(datasetImportKind, claimed))?.lease?.until;
  });
  await workOffImport(scope, id, context, 1);
  expect(until).toBeGreaterThan(START + TIMEOUT_MS);
});

it('leaves the next step to another invocation after four minutes', async () => {
  const { scope, id, context, read, messages, time } = await prepare(async () => {
    time.now = START + 240_000;
  });
  await workOffImport(scope, id, context, 1);
  expect(await read()).toMatchObject({ state: 'QUEUED', badLineCount: 1 });
  expect(messages.map(({ jobId }) => jobId)).toEqual([id]);
});

it('is tried again after a while when the object store is away, and not sent a second time meanwhile', async () => {
  const { scope, id, context, read, messages } = await prepare(async () => {
    throw new Error('The object store is away.');
  });
  const failure = await workOffImport(scope, id, context, 7).catch((error: unknown) => error);
  if (!(failure instanceof RetryLater)) throw new Error(`It is no RetryLater: ${failure}`);
  expect(failure.delayMs).toBeGreaterThanOrEqual(64_000);
  expect(await read()).toMatchObject({
    state: 'QUEUED',
    attempt: 0,
    dueAt: START + failure.delayMs + 60_000,
  });
  expect(messages).toEqual([]);
});
