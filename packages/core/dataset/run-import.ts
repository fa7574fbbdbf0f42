import {
  ConditionFailedError,
  DomainError,
  type Lease,
  type TenantScope,
  transition,
} from '../platform/index.ts';
import { type Sample, sampleKind } from '../sample/index.ts';
import {
  type BadLine,
  type DatasetImport,
  type DatasetItem,
  datasetImportKind,
  locateImport,
} from './entity.ts';
import { type ParsedItem, parseManifest } from './formats.ts';
import { claimImport, endImport, MAX_IMPORT_ATTEMPTS } from './states.ts';
import { makeVersion } from './version.ts';

const MAX_BAD_LINES = 100;
/** Samples looked up one batch after the other, and such pages at once. */
const PAGE = 1000;
const PAGES_AT_ONCE = 4;

/** Runs an import that is QUEUED, or whose worker vanished: reads the manifest, finds the samples, makes the version. */
export async function runImport(scope: TenantScope, id: string, lease: Lease): Promise<void> {
  const job = await transition(scope, datasetImportKind, id, (current) =>
    claimImport(current, lease, scope.clock()),
  );
  if (!job) return;
  const end = (result: Parameters<typeof endImport>[2]) =>
    transition(scope, datasetImportKind, id, (current) =>
      endImport(current, lease.token, result, scope.clock()),
    );
  if (job.attempt > MAX_IMPORT_ATTEMPTS) {
    await end(fail([], 'IMPORT_ABORTED', 'The import broke off 3 times. Split the manifest.'));
    return;
  }
  const { items, badLines } = await readManifest(scope, job);
  if (items.length === 0) {
    await end(fail(badLines, 'NO_ITEMS', 'The manifest has no good line.'));
    return;
  }
  if (badLines.length > 0 && !job.takeGood) {
    const message = `${badLines.length} lines are bad. Mend them, or import with takeGood.`;
    await end(fail(badLines, 'BAD_LINES', message));
    return;
  }
  try {
    const version = await makeVersion(scope, job.datasetId, items);
    await end({ ...report(badLines), itemCount: items.length, versionId: version.id });
  } catch (error) {
    if (error instanceof ConditionFailedError || !(error instanceof DomainError)) throw error;
    await end(fail(badLines, error.code, error.message));
  }
}

async function readManifest(
  scope: TenantScope,
  job: DatasetImport,
): Promise<{ items: DatasetItem[]; badLines: BadLine[] }> {
  const text = await readText(scope, locateImport(job, 'manifest'));
  if (text === undefined)
    return { items: [], badLines: [{ line: 1, reason: 'the manifest was not uploaded' }] };
  const parsed = parseManifest(job.format, text);
  const files = readFiles((await readText(scope, locateImport(job, 'files'))) ?? '');
  const idOf = (file: string) => files.get(file) ?? file;
  const wanted = parsed.items.flatMap(({ file, maskFile, furtherMaskFiles = [], referenceFiles = [] }) =>
    [file, maskFile, ...furtherMaskFiles, ...referenceFiles].flatMap((one) =>
      one === undefined ? [] : [idOf(one)],
    ),
  );
  const samples = await findSamples(scope, [...new Set(wanted)]);
  const items: DatasetItem[] = [];
  const badLines = [...parsed.badLines];
  const lines = new Map<string, number>();
  for (const item of parsed.items) {
    const earlier = lines.get(item.item);
    const resolved =
      earlier === undefined
        ? resolveItem(item, (file) => samples.get(idOf(file)))
        : `the item ${item.item} is already on line ${earlier}`;
    if (typeof resolved === 'string') badLines.push({ line: item.line, reason: resolved });
    else {
      lines.set(item.item, item.line);
      items.push(resolved);
    }
  }
  return { items, badLines: badLines.sort((a, b) => a.line - b.line) };
}

/** What an item needs of its sample. */
type FoundSample = Pick<Sample, 'id' | 'state' | 'etag'>;

/** A million whole rows would not fit into the memory of a function. */
async function findSamples(
  scope: TenantScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundSample>> {
  const samples = new Map<string, FoundSample>();
  const find = async (page: readonly string[]) => {
    for (const sample of await scope.table.getMany(sampleKind, page)) {
      if (sample) samples.set(sample.id, { id: sample.id, state: sample.state, etag: sample.etag });
    }
  };
  for (let from = 0; from < ids.length; from += PAGES_AT_ONCE * PAGE) {
    const pages = Array.from({ length: PAGES_AT_ONCE }, (_, i) =>
      ids.slice(from + i * PAGE, from + (i + 1) * PAGE),
    );
    await Promise.all(pages.map(find));
  }
  return samples;
}

/** The item with its samples, or what is wrong with it. A mask that was not uploaded is left out. */
function resolveItem(
  item: ParsedItem,
  find: (file: string) => FoundSample | undefined,
): DatasetItem | string {
  const sample = find(item.file);
  if (!sample) return `there is no sample for ${item.file}`;
  if (sample.state !== 'READY') return `the sample for ${item.file} is ${sample.state}, not READY`;
  const references = item.referenceFiles?.map((file) => find(file)?.id);
  const missing = references?.indexOf(undefined) ?? -1;
  if (missing >= 0) return `there is no sample for the reference ${item.referenceFiles?.[missing]}`;
  return {
    item: item.item,
    sampleId: sample.id,
    class: item.class,
    anomalous: item.anomalous,
    split: item.split,
    defectType: item.defectType,
    boxes: item.boxes,
    windows: item.windows,
    referenceIds: references?.flatMap((id) => id ?? []),
    ...findMasks(item, find),
    contentHash: sample.etag,
  };
}

/** Of several masks all or none: a part of the truth would call the rest of it normal. */
function findMasks(
  { maskFile, furtherMaskFiles = [] }: ParsedItem,
  find: (file: string) => FoundSample | undefined,
): Pick<DatasetItem, 'maskSampleId' | 'furtherMaskIds'> {
  if (maskFile === undefined) return {};
  const ids = [maskFile, ...furtherMaskFiles].flatMap((file) => find(file)?.id ?? []);
  const [maskSampleId, ...further] = ids.length === 1 + furtherMaskFiles.length ? ids : [];
  return { maskSampleId, furtherMaskIds: further.length > 0 ? further : undefined };
}

/** Lines `{"path", "sampleId"}`; others are passed over, and their files then have no sample. */
function readFiles(text: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    try {
      const { path, sampleId } = JSON.parse(line) as { path?: unknown; sampleId?: unknown };
      if (typeof path === 'string' && typeof sampleId === 'string') files.set(path, sampleId);
    } catch {
      // Whoever needs the file is told that it has no sample.
    }
  }
  return files;
}

async function readText(scope: TenantScope, path: string): Promise<string | undefined> {
  if (!(await scope.bucket.head(path))) return undefined;
  return Buffer.from(await scope.bucket.get(path)).toString();
}

function report(badLines: readonly BadLine[]) {
  return { badLines: badLines.slice(0, MAX_BAD_LINES), badLineCount: badLines.length };
}

function fail(badLines: readonly BadLine[], code: string, message: string) {
  return { ...report(badLines), failure: { code, message, retryable: false } };
}
