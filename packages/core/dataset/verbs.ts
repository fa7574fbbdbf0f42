import { assertMay, type TenantRequest } from '../access/index.ts';
import { type Inspection, inspectionKind } from '../inspection/index.ts';
import {
  archive,
  checkNumber,
  checkOptionalText,
  checkText,
  createOnce,
  DomainError,
  type Draft,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  type TenantScope,
  transition,
  type UploadTicket,
} from '../platform/index.ts';
import { type Sample, sampleKind } from '../sample/index.ts';
import {
  type Box,
  type Dataset,
  type DatasetImport,
  type DatasetItem,
  type DatasetVersion,
  datasetImportKind,
  datasetKind,
  datasetVersionKind,
  type ImportFormat,
  locateImport,
} from './entity.ts';
import { isReadByLine } from './read-entries.ts';
import { startImport } from './states.ts';
import { listItems, MAX_HELD_ITEMS, makeVersion } from './version.ts';

const MAX_NAME = 200;
const MAX_ADDED = 100;
const MAX_ITEM_NAME = 300;
const TICKET_MS = 60 * 60_000;
/** What a GraphQL Int says, rounded. */
export const MAX_MANIFEST_BYTES = 2_000_000_000;
/** Of what is held in memory: names of files, and manifests that are not read line by line. */
export const MAX_HELD_BYTES = 300 * 1024 * 1024;

export interface ItemInput {
  readonly source: {
    readonly sampleId?: string | null | undefined;
    readonly inspectionId?: string | null | undefined;
  };
  readonly label: 'NORMAL' | 'ANOMALOUS';
  readonly className: string;
  readonly name?: string | null | undefined;
  readonly split?: string | null | undefined;
  readonly defectType?: string | null | undefined;
  readonly referenceIds?: readonly string[] | null | undefined;
  readonly maskSampleId?: string | null | undefined;
  readonly boxes?: readonly Box[] | null | undefined;
}

export async function createDataset(
  { session, scope }: TenantRequest,
  input: { readonly name: string; readonly idempotencyKey?: string | null | undefined },
): Promise<Dataset> {
  assertMay(session, 'dataset.create');
  const request = { operation: 'dataset.create', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, async () => {
    const dataset: Dataset = {
      id: scope.createId('dataset'),
      rev: 1,
      name: checkText(input.name, ['input', 'name'], 1, MAX_NAME),
      versionCount: 0,
      createdAt: scope.clock(),
    };
    return { id: dataset.id, value: dataset, writes: [scope.table.create(datasetKind, dataset)] };
  });
  return 'value' in created ? created.value : load(scope, datasetKind, created.replayOf, ['input']);
}

export async function archiveDataset({ session, scope }: TenantRequest, id: string): Promise<Dataset> {
  assertMay(session, 'dataset.archive');
  return archive(scope, datasetKind, id);
}

/** A new version with more items: samples, or inspections whose picture was reviewed. An item of the same name is replaced. */
export async function addDatasetItems(
  { session, scope }: TenantRequest,
  input: { readonly datasetId: string; readonly items: readonly ItemInput[] },
): Promise<{ dataset: Dataset; version: DatasetVersion }> {
  assertMay(session, 'dataset.update');
  const dataset = await loadActiveDataset(scope, input.datasetId, ['input', 'datasetId']);
  checkNumber(input.items.length, ['input', 'items'], 1, MAX_ADDED);
  const added = await Promise.all(
    input.items.map((item, i) => resolveItem(scope, item, ['input', 'items', String(i)])),
  );
  const before = dataset.currentVersionId ? await loadVersion(scope, dataset.currentVersionId) : undefined;
  const kept = before ? await holdItems(scope, before) : [];
  const names = new Set(added.map(({ item }) => item));
  const items = [...kept.filter(({ item }) => !names.has(item)), ...added];
  const version = await makeVersion(scope, dataset.id, items, dataset);
  return { dataset: await load(scope, datasetKind, dataset.id, ['input', 'datasetId']), version };
}

/** All items of a version. @throws DomainError INVALID when they are too many */
async function holdItems(scope: TenantScope, version: DatasetVersion): Promise<DatasetItem[]> {
  if (version.itemCount > MAX_HELD_ITEMS) {
    const message = `The current version has more than ${MAX_HELD_ITEMS} items. Import a manifest of all.`;
    throw new DomainError('INVALID', message, ['input', 'datasetId']);
  }
  return Array.fromAsync(listItems(scope, version));
}

export async function createDatasetImport(
  { session, scope }: TenantRequest,
  input: {
    readonly datasetId: string;
    readonly format: ImportFormat;
    readonly manifestBytes: number;
    readonly filesBytes?: number | null | undefined;
    readonly takeGood?: boolean;
    readonly idempotencyKey?: string | null | undefined;
  },
): Promise<{ job: DatasetImport; manifest: UploadTicket | undefined; files: UploadTicket | undefined }> {
  assertMay(session, 'dataset.update');
  const request = { operation: 'datasetImport.create', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, () => draftImport(scope, input));
  const job =
    'value' in created ? created.value : await load(scope, datasetImportKind, created.replayOf, ['input']);
  if (job.state !== 'AWAITING_UPLOAD') return { job, manifest: undefined, files: undefined };
  const ticket = (what: 'manifest' | 'files', bytes: number) =>
    scope.bucket.createTicket(
      locateImport(job, what),
      { bytes, contentType: 'application/octet-stream' },
      scope.clock() + TICKET_MS,
    );
  const manifest = await ticket('manifest', input.manifestBytes);
  const files = input.filesBytes ? await ticket('files', input.filesBytes) : undefined;
  return { job, manifest, files };
}

async function draftImport(
  scope: TenantScope,
  input: Parameters<typeof createDatasetImport>[1],
): Promise<Draft<DatasetImport>> {
  const dataset = await loadActiveDataset(scope, input.datasetId, ['input', 'datasetId']);
  const now = scope.clock();
  const job: DatasetImport = {
    id: scope.createId('datasetImport'),
    rev: 1,
    datasetId: dataset.id,
    state: 'AWAITING_UPLOAD',
    format: input.format,
    takeGood: input.takeGood ?? false,
    badLines: [],
    badLineCount: 0,
    createdAt: now,
    uploadUntil: now + TICKET_MS,
    attempt: 0,
  };
  const most = isReadByLine(input.format) ? MAX_MANIFEST_BYTES : MAX_HELD_BYTES;
  checkNumber(input.manifestBytes, ['input', 'manifestBytes'], 1, most);
  if (input.filesBytes) checkNumber(input.filesBytes, ['input', 'filesBytes'], 1, MAX_HELD_BYTES);
  return { id: job.id, value: job, writes: [scope.table.create(datasetImportKind, job)] };
}

/** Begins an import once its files are uploaded. Beginning it again changes nothing. */
export async function startDatasetImport(
  { session, scope }: TenantRequest,
  id: string,
): Promise<DatasetImport> {
  assertMay(session, 'dataset.update');
  const job = await load(scope, datasetImportKind, id, ['input', 'id']);
  if (job.state === 'AWAITING_UPLOAD' && !(await scope.bucket.head(locateImport(job, 'manifest')))) {
    throw new DomainError('INVALID', 'The manifest is not uploaded yet.', ['input', 'id']);
  }
  const started = await transition(scope, datasetImportKind, id, (current) =>
    startImport(current, scope.clock()),
  );
  if (!started) return load(scope, datasetImportKind, id, ['input', 'id']);
  // When the message is lost, the sweep sends it.
  await scope.queues.send('evaluate', [{ tenantId: scope.tenantId, jobId: id }]).catch(() => undefined);
  return started;
}

export async function findDatasets(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(Dataset | undefined)[]> {
  assertMay(session, 'dataset.read');
  return scope.table.getMany(datasetKind, ids);
}

export async function findDatasetVersions(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(DatasetVersion | undefined)[]> {
  assertMay(session, 'dataset.read');
  return scope.table.getMany(datasetVersionKind, ids);
}

export async function findDatasetImport(
  { session, scope }: TenantRequest,
  id: string,
): Promise<DatasetImport | undefined> {
  assertMay(session, 'dataset.read');
  return scope.table.get(datasetImportKind, id);
}

export async function listDatasets(
  { session, scope }: TenantRequest,
  page: PageRequest & { readonly archived: boolean },
): Promise<ListPage<Dataset>> {
  assertMay(session, 'dataset.read');
  return listPage<Dataset>(scope, 'byTenant', page.archived ? 'dataset:archived' : 'dataset', page);
}

export async function listDatasetVersions(
  { session, scope }: TenantRequest,
  datasetId: string,
  page: PageRequest,
): Promise<ListPage<DatasetVersion>> {
  assertMay(session, 'dataset.read');
  return listPage<DatasetVersion>(scope, 'byParent', `dataset#${datasetId}#version`, page);
}

export async function loadVersion(scope: TenantScope, id: string): Promise<DatasetVersion> {
  const version = await scope.table.get(datasetVersionKind, id);
  if (!version) throw new Error(`The dataset version ${id} has no row.`);
  return version;
}

/** @throws DomainError NOT_FOUND, ARCHIVED */
async function loadActiveDataset(scope: TenantScope, id: string, path: readonly string[]): Promise<Dataset> {
  const dataset = await load(scope, datasetKind, id, path);
  if (dataset.archivedAt !== undefined) throw new DomainError('ARCHIVED', 'The dataset is archived.', path);
  return dataset;
}

async function resolveItem(
  scope: TenantScope,
  input: ItemInput,
  path: readonly string[],
): Promise<DatasetItem> {
  const inspection: Inspection | undefined = input.source.inspectionId
    ? await load(scope, inspectionKind, input.source.inspectionId, [...path, 'source', 'inspectionId'])
    : undefined;
  const sampleId = inspection?.sampleId ?? input.source.sampleId ?? '';
  const sample = await loadReady(scope, sampleId, [...path, 'source']);
  const references = await Promise.all(
    (input.referenceIds ?? []).map((id) => loadReady(scope, id, [...path, 'referenceIds'])),
  );
  const mask = input.maskSampleId
    ? await loadReady(scope, input.maskSampleId, [...path, 'maskSampleId'])
    : undefined;
  return {
    item: checkOptionalText(input.name, [...path, 'name'], MAX_ITEM_NAME) ?? sample.id,
    sampleId: sample.id,
    class: checkText(input.className, [...path, 'className'], 1, 100),
    anomalous: input.label === 'ANOMALOUS',
    split: checkOptionalText(input.split, [...path, 'split'], 50),
    defectType: checkOptionalText(input.defectType, [...path, 'defectType'], 100),
    referenceIds: references.length > 0 ? references.map(({ id }) => id) : undefined,
    maskSampleId: mask?.id,
    boxes: input.boxes ?? undefined,
    inspectionId: inspection?.id,
    contentHash: sample.etag,
  };
}

async function loadReady(scope: TenantScope, id: string, path: readonly string[]): Promise<Sample> {
  const sample = await load(scope, sampleKind, id, path);
  if (sample.state === 'READY') return sample;
  throw new DomainError('SAMPLE_NOT_READY', `The sample is ${sample.state}. Wait until it is READY.`, path);
}
