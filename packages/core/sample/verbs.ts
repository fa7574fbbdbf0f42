import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  checkNumber,
  checkOptionalText,
  checkText,
  checkVersion,
  createNotFoundError,
  createOnce,
  DomainError,
  decodeCursor,
  encodeCursor,
  type Page,
  RESEND_AFTER_MS,
  revise,
  type TenantScope,
  type UploadTicket,
} from '../platform/index.ts';
import { locateOriginal, type Sample, sampleKind } from './entity.ts';

/** Largest file taken by one POST, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
export const DEFAULT_LONG_SIDE_PX = 2048;
const TICKET_MS = 15 * 60_000;
const MAX_LABEL = 200;

export interface FileInput {
  readonly name: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly sha256?: string | null | undefined;
}

export interface SampleInput {
  readonly file: FileInput;
  readonly label?: string | null | undefined;
  readonly longSidePx?: number;
}

/** A sample that awaits its file; not stored yet. */
export function draftSample(scope: TenantScope, input: SampleInput, path: readonly string[]): Sample {
  const now = scope.clock();
  const { file } = input;
  const sha256 = file.sha256?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new DomainError('INVALID', 'sha256 has 64 hexadecimal digits.', [...path, 'sha256']);
  }
  const contentType = checkText(file.contentType, [...path, 'contentType'], 3, 100).toLowerCase();
  if (!/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(contentType)) {
    throw new DomainError('INVALID', 'contentType is a media type such as image/jpeg.', [
      ...path,
      'contentType',
    ]);
  }
  return {
    id: scope.createId('sample'),
    rev: 1,
    state: 'AWAITING_UPLOAD',
    fileName: checkText(file.name, [...path, 'name'], 1, 255),
    contentType,
    bytes: checkNumber(file.bytes, [...path, 'bytes'], 1, MAX_FILE_BYTES),
    sha256,
    label: checkOptionalText(input.label, ['input', 'label'], MAX_LABEL),
    longSidePx: input.longSidePx ?? DEFAULT_LONG_SIDE_PX,
    createdAt: now,
    uploadUntil: now + TICKET_MS,
    views: [],
    attempt: 0,
    dueAt: now + RESEND_AFTER_MS,
  };
}

/** The ticket for a sample's file; undefined when the sample takes none any more. */
export async function createUploadTicket(
  scope: TenantScope,
  sample: Sample,
): Promise<UploadTicket | undefined> {
  if (sample.state !== 'AWAITING_UPLOAD' || sample.uploadUntil <= scope.clock()) return undefined;
  return scope.bucket.createTicket(locateOriginal(sample.id), sample, sample.uploadUntil);
}

export async function createSample(
  { session, scope }: TenantRequest,
  input: SampleInput & { readonly idempotencyKey?: string | null | undefined },
): Promise<{ sample: Sample; upload: UploadTicket | undefined }> {
  assertMay(session, 'sample.create');
  const draft = draftSample(scope, input, ['input', 'file']);
  const created = await createOnce(
    scope,
    { operation: 'sample.create', key: input.idempotencyKey ?? undefined, input },
    draft.id,
    [scope.table.create(sampleKind, draft)],
  );
  const sample = created.replayed ? await loadSample(scope, created.id, ['input']) : draft;
  return { sample, upload: await createUploadTicket(scope, sample) };
}

/** A new ticket for a sample whose file has not arrived. */
export async function renewSampleUpload(
  { session, scope }: TenantRequest,
  id: string,
): Promise<{ sample: Sample; upload: UploadTicket }> {
  assertMay(session, 'sample.create');
  const sample = await loadSample(scope, id, ['input', 'id']);
  const now = scope.clock();
  const closed = new DomainError('UPLOAD_CLOSED', `The sample is ${sample.state} and takes no file.`, [
    'input',
    'id',
  ]);
  if (sample.state !== 'AWAITING_UPLOAD') throw closed;
  const next = await scope.table.save(
    sampleKind,
    revise(sample, { uploadUntil: now + TICKET_MS, dueAt: now + RESEND_AFTER_MS }),
  );
  const upload = await createUploadTicket(scope, next);
  if (!upload) throw closed;
  return { sample: next, upload };
}

export async function updateSample(
  { session, scope }: TenantRequest,
  input: {
    readonly id: string;
    readonly expectedVersion: number;
    readonly patch: { readonly label?: string | null | undefined };
  },
): Promise<Sample> {
  assertMay(session, 'sample.update');
  const sample = await loadSample(scope, input.id, ['input', 'id']);
  checkVersion(sample.rev, input.expectedVersion);
  const { label } = input.patch;
  if (label === undefined) return sample;
  const checked = checkOptionalText(label, ['input', 'patch', 'label'], MAX_LABEL);
  return scope.table.save(sampleKind, revise(sample, { label: checked }));
}

export async function archiveSample({ session, scope }: TenantRequest, id: string): Promise<Sample> {
  assertMay(session, 'sample.archive');
  const sample = await loadSample(scope, id, ['input', 'id']);
  if (sample.archivedAt !== undefined) return sample;
  return scope.table.save(sampleKind, revise(sample, { archivedAt: scope.clock() }));
}

/** Samples by id, undefined where the tenant has none. */
export async function findSamples(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(Sample | undefined)[]> {
  assertMay(session, 'sample.read');
  return scope.table.getMany(sampleKind, ids);
}

export async function listSamples(
  { session, scope }: TenantRequest,
  options: {
    readonly first: number;
    readonly after?: string | null | undefined;
    readonly archived: boolean;
  },
): Promise<Page<Sample> & { cursorOf: (sample: Sample) => string }> {
  assertMay(session, 'sample.read');
  const partition = options.archived ? 'sample:archived' : 'sample';
  const cursorScope = { secret: scope.secret, tenantId: scope.tenantId, list: partition };
  const page = await scope.table.query<Sample>('byTenant', partition, {
    limit: options.first,
    after: options.after ? decodeCursor(cursorScope, options.after) : undefined,
    newestFirst: true,
  });
  return { ...page, cursorOf: (sample) => encodeCursor(cursorScope, sample.id) };
}

/** @throws DomainError NOT_FOUND at `path` */
export async function loadSample(scope: TenantScope, id: string, path: readonly string[]): Promise<Sample> {
  const sample = await scope.table.get(sampleKind, id);
  if (!sample) throw createNotFoundError('sample', path);
  return sample;
}
