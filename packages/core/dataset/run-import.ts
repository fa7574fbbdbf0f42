import { DomainError, type Failure, type Lease, type TenantScope, transition } from '../platform/index.ts';
import { type DatasetImport, datasetImportKind, type ImportWork, locateWork } from './entity.ts';
import { mergeRuns, namePart } from './import-merge.ts';
import { type ImportChanges, readBlocks, type StepSizes, writeReport } from './import-read.ts';
import {
  advanceImport,
  claimImport,
  endImport,
  IMPORT_PATIENCE_MS,
  MAX_IMPORT_ATTEMPTS,
  releaseImport,
} from './states.ts';
import { MAX_ITEMS, publishVersion } from './version.ts';

/** Publishing is not divided: it is begun with so much time for each item, or at the beginning of an invocation. */
const PUBLISH_MS_PER_ITEM = 0.015;
const SIZES: StepSizes = { blockLines: 200_000, parts: 64, maxLines: MAX_ITEMS };
/** Objects removed at once. */
const PAGE = 500;

const BEGINNING: ImportWork = {
  phase: 'READ',
  position: { line: 0, offset: 0 },
  itemCount: 0,
  hasReferences: false,
  badParts: 0,
  runs: [],
  parts: 0,
};

/** A worker's turn at an import. */
export interface ImportTurn {
  readonly lease: Lease;
  /** No step is begun from then on, but for the first; epoch ms. */
  readonly deadline: number;
  /** When something of ours fails, it is tried again so much later. */
  readonly retryMs: number;
}

/**
 * Goes on with an import that is QUEUED, or whose worker vanished, until it has ended or the turn is over. How far it
 * came is noted in its row, step by step. What fails on our side gives it back and is thrown.
 * @returns whether another worker is to go on
 */
export async function runImport(
  scope: TenantScope,
  id: string,
  { lease, deadline, retryMs }: ImportTurn,
  sizes = SIZES,
): Promise<boolean> {
  const job = await transition(scope, datasetImportKind, id, (current) =>
    claimImport(current, lease, scope.clock()),
  );
  if (!job) return false;
  try {
    const isOver = await runSteps(scope, job, lease.token, deadline, sizes);
    if (isOver) return false;
  } catch (error) {
    await releaseFailed(scope, id, lease.token, retryMs);
    throw error;
  }
  const released = await transition(scope, datasetImportKind, id, (current) =>
    releaseImport(current, lease.token, scope.clock()),
  );
  return released !== undefined;
}

/** @returns whether nothing is left to do */
async function runSteps(
  scope: TenantScope,
  claimed: DatasetImport,
  token: string,
  deadline: number,
  sizes: StepSizes,
): Promise<boolean> {
  let { work = BEGINNING } = claimed;
  let job = claimed;
  if (job.attempt > MAX_IMPORT_ATTEMPTS && work.phase !== 'END') work = abort(work);
  for (let isFirst = true; work.phase !== 'END'; isFirst = false) {
    const needed = work.phase === 'PUBLISH' ? work.itemCount * PUBLISH_MS_PER_ITEM : 0;
    if (!isFirst && scope.clock() + needed >= deadline) return false;
    try {
      for await (const changes of STEPS[work.phase](scope, job, work, sizes)) {
        const saved = await note(scope, job, token, changes);
        // It was deleted, or another worker has it.
        if (!saved) return true;
        [job, work] = [saved, changes.work];
        if (scope.clock() >= deadline) return false;
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      work = end(work, fail(error.code, error.message));
      // What is cleared away is not to be gone on with.
      const ended = await note(scope, job, token, { work });
      if (!ended) return true;
      job = ended;
    }
  }
  await clearWork(scope, job);
  await transition(scope, datasetImportKind, job.id, (current) =>
    endImport(current, token, work.ending ?? {}, scope.clock()),
  );
  return true;
}

function note(
  scope: TenantScope,
  { id }: DatasetImport,
  token: string,
  changes: ImportChanges,
): Promise<DatasetImport | undefined> {
  return transition(scope, datasetImportKind, id, (current) => advanceImport(current, token, changes));
}

/** Each change is written down before the next is made; the last one leads to the next phase. */
type Step = (
  scope: TenantScope,
  job: DatasetImport,
  work: ImportWork,
  sizes: StepSizes,
) => AsyncGenerator<ImportChanges>;

const STEPS: Readonly<Record<Exclude<ImportWork['phase'], 'END'>, Step>> = {
  READ: readBlocks,
  REPORT: report,
  MERGE: mergeRuns,
  PUBLISH: publish,
};

async function* report(
  scope: TenantScope,
  job: DatasetImport,
  work: ImportWork,
  { maxLines }: StepSizes,
): AsyncGenerator<ImportChanges> {
  const hasBadLineReport = work.badParts > 0;
  if (hasBadLineReport) await writeReport(scope, job, work.badParts);
  yield { hasBadLineReport, work: judgeLines(job, work, maxLines) };
}

function judgeLines(
  { badLineCount, takeGood }: DatasetImport,
  work: ImportWork,
  maxLines: number,
): ImportWork {
  if (work.itemCount + badLineCount > maxLines) {
    const message = `A manifest has at most ${maxLines} lines, good and bad. Divide it among several datasets: the exports of their evaluations are judged as one by the command metrics.`;
    return end(work, fail('INVALID', message));
  }
  if (work.itemCount === 0) return end(work, fail('NO_ITEMS', 'The manifest has no good line.'));
  if (badLineCount === 0 || takeGood) return { ...work, phase: 'MERGE' };
  const message = `${badLineCount} lines are bad; badLineReport has them all. Mend them, or import with takeGood.`;
  return end(work, fail('BAD_LINES', message));
}

async function* publish(
  scope: TenantScope,
  job: DatasetImport,
  work: ImportWork,
): AsyncGenerator<ImportChanges> {
  const { itemCount, hasReferences } = work;
  const version = await publishVersion(scope, job.datasetId, {
    itemCount,
    hasReferences,
    read: (part) => scope.bucket.get(locateWork(job, namePart(part))),
    store: (part, path) =>
      scope.bucket.copy(locateWork(job, namePart(part)), path, 'application/x-ndjson', undefined),
  });
  yield { work: { ...work, phase: 'END', ending: { itemCount, versionId: version.id } } };
}

function giveUp(work: ImportWork): ImportWork {
  const message =
    'The import failed on our side for an hour. Import the manifest again; if it fails again, report the id.';
  return end(work, { code: 'IMPORT_FAILED', message, retryable: true });
}

function abort(work: ImportWork): ImportWork {
  const message = `The import broke off ${MAX_IMPORT_ATTEMPTS} times at the same place. Split the manifest.`;
  return end(work, fail('IMPORT_ABORTED', message));
}

function end(work: ImportWork, failure: Failure): ImportWork {
  return { ...work, phase: 'END', ending: { failure } };
}

function fail(code: string, message: string): Failure {
  return { code, message, retryable: false };
}

/** The fault is ours: gives the import back to be tried again, or to be ended once that has gone on for long enough. */
async function releaseFailed(scope: TenantScope, id: string, token: string, retryMs: number): Promise<void> {
  const now = scope.clock();
  await transition(scope, datasetImportKind, id, (current) => {
    const { failingSince = now, work = BEGINNING } = current;
    const isOver = work.phase !== 'END' && now - failingSince > IMPORT_PATIENCE_MS;
    return releaseImport(current, token, now + retryMs, {
      failingSince,
      work: isOver ? giveUp(work) : work,
    });
  });
}

async function clearWork(scope: TenantScope, job: DatasetImport): Promise<void> {
  for (;;) {
    const page = await scope.bucket.list(locateWork(job), PAGE);
    if (page.length === 0) return;
    await scope.bucket.remove(page.map(({ path }) => path));
  }
}
