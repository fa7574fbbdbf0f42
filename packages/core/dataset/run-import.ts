import { DomainError, type Failure, type Lease, type TenantScope, transition } from '../platform/index.ts';
import { type BadLine, makeBadLine, renderBadLine } from './bad-lines.ts';
import { type DatasetImport, type DatasetItem, datasetImportKind, locateImport } from './entity.ts';
import { readManifest } from './read-manifest.ts';
import { claimImport, endImport, MAX_IMPORT_ATTEMPTS, releaseImport } from './states.ts';
import { makeVersion } from './version.ts';

/** Bad lines that the import's row keeps; the report has them all. */
const MAX_BAD_LINES = 100;

type Ending = Parameters<typeof endImport>[2];

/** Runs an import that is QUEUED, or whose worker vanished. What fails on our side gives it back and is thrown. */
export async function runImport(scope: TenantScope, id: string, lease: Lease): Promise<void> {
  const job = await transition(scope, datasetImportKind, id, (current) =>
    claimImport(current, lease, scope.clock()),
  );
  if (!job) return;
  try {
    const result = job.attempt > MAX_IMPORT_ATTEMPTS ? abort() : await importItems(scope, job);
    await transition(scope, datasetImportKind, id, (current) =>
      endImport(current, lease.token, result, scope.clock()),
    );
  } catch (error) {
    await transition(scope, datasetImportKind, id, (current) =>
      releaseImport(current, lease.token, scope.clock()),
    );
    throw error;
  }
}

/** Reads the manifest, finds the samples, writes the bad lines down, makes the version. */
async function importItems(scope: TenantScope, job: DatasetImport): Promise<Ending> {
  const items: DatasetItem[] = [];
  const badLines: BadLine[] = [];
  let badLineCount = 0;
  const report = (async function* () {
    for await (const page of readManifest(scope, job)) {
      const bad = page.flatMap(({ line, read }) => ('code' in read ? makeBadLine(line, read) : []));
      for (const { read } of page) if ('item' in read) items.push(read);
      badLines.push(...bad.slice(0, MAX_BAD_LINES - badLines.length));
      badLineCount += bad.length;
      yield Buffer.from(bad.map(renderBadLine).join(''));
    }
  })();
  const bytes = await scope.bucket.write(
    locateImport(job, 'bad-lines.jsonl'),
    report,
    'application/x-ndjson',
  );
  const found = { badLines, badLineCount, hasBadLineReport: bytes > 0 };
  if (items.length === 0) return { ...found, failure: fail('NO_ITEMS', 'The manifest has no good line.') };
  if (badLineCount > 0 && !job.takeGood) {
    const message = `${badLineCount} lines are bad; badLineReport has them all. Mend them, or import with takeGood.`;
    return { ...found, failure: fail('BAD_LINES', message) };
  }
  try {
    const version = await makeVersion(scope, job.datasetId, items);
    return { ...found, itemCount: items.length, versionId: version.id };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ...found, failure: fail(error.code, error.message) };
  }
}

function abort(): Ending {
  const failure = fail('IMPORT_ABORTED', 'The import broke off 3 times. Split the manifest.');
  return { badLines: [], badLineCount: 0, failure };
}

function fail(code: string, message: string): Failure {
  return { code, message, retryable: false };
}
