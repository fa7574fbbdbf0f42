import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  archive,
  change,
  changeLabel,
  checkLabel,
  checkNumber,
  checkText,
  createNotFoundError,
  createOnce,
  DomainError,
  type LabelChange,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  RESEND_AFTER_MS,
  type TenantScope,
  type UploadTicket,
} from '../platform/index.ts';
import { assertBytesAllowed, type FileLimitSources, reserve } from '../usage/index.ts';
import { locateOriginal, type Sample, sampleKind } from './entity.ts';
import { MAX_BYTES_IN_PARTS, PART_BYTES } from './parts.ts';
import { checkViewSettings, type ViewSettingsInput } from './view-settings.ts';

/** Largest file taken by one POST, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
export const DEFAULT_LONG_SIDE_PX = 2048;
const TICKET_MS = 15 * 60_000;
const PARTS_MS = 24 * 60 * 60_000;
const MAX_UPLOAD_SECONDS = 86_400;

export interface FileInput {
  readonly name: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly sha256?: string | null | undefined;
  /** Sent in parts, which can be resumed. */
  readonly inParts?: boolean | null | undefined;
  /** How long the upload may take. */
  readonly expiresInSeconds?: number | null | undefined;
}

export interface SampleInput {
  readonly file: FileInput;
  readonly label?: string | null | undefined;
  readonly longSidePx?: number;
  readonly viewSettings?: ViewSettingsInput | null | undefined;
  /** Default true. */
  readonly keepsFrames?: boolean;
  readonly referenceIds?: readonly string[];
}

/** A sample that awaits its file; not stored yet. */
export function draftSample(
  scope: TenantScope,
  input: SampleInput,
  limits: FileLimitSources,
  path: readonly string[],
): Sample {
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
  assertBytesAllowed(file.bytes, limits, [...path, 'bytes']);
  const inParts = file.inParts === true;
  const uploadMs = checkUploadMs(file, [...path, 'expiresInSeconds']);
  const uploadUntil = now + (uploadMs ?? usualUploadMs(inParts));
  return {
    id: scope.createId('sample'),
    rev: 1,
    state: 'AWAITING_UPLOAD',
    fileName: checkText(file.name, [...path, 'name'], 1, 255),
    contentType,
    bytes: checkBytes(file, [...path, 'bytes']),
    sha256,
    label: checkLabel(input.label, ['input', 'label']),
    longSidePx: input.longSidePx ?? DEFAULT_LONG_SIDE_PX,
    viewSettings: checkViewSettings(input.viewSettings, ['input', 'viewSettings']),
    limits,
    ...(input.keepsFrames === false && { keepsFrames: false }),
    ...(input.referenceIds && { referenceIds: input.referenceIds }),
    createdAt: now,
    uploadUntil,
    uploadMs,
    ...(inParts && { parts: { partBytes: PART_BYTES } }),
    views: [],
    attempt: 0,
    // Parts arrive only when they are put together, or not at all.
    dueAt: inParts ? uploadUntil : now + RESEND_AFTER_MS,
    trace: scope.trace,
  };
}

function checkBytes({ bytes, inParts }: FileInput, path: readonly string[]): number {
  if (!inParts && bytes > MAX_FILE_BYTES && bytes <= MAX_BYTES_IN_PARTS) {
    throw new DomainError('INVALID', `A file of more than ${MAX_FILE_BYTES} bytes is sent in parts.`, path);
  }
  return checkNumber(bytes, path, 1, inParts ? MAX_BYTES_IN_PARTS : MAX_FILE_BYTES);
}

function checkUploadMs({ expiresInSeconds }: FileInput, path: readonly string[]): number | undefined {
  if (expiresInSeconds === undefined || expiresInSeconds === null) return undefined;
  return 1000 * checkNumber(expiresInSeconds, path, 1, MAX_UPLOAD_SECONDS);
}

function usualUploadMs(inParts: boolean): number {
  return inParts ? PARTS_MS : TICKET_MS;
}

/** How a sample's file is to be sent: one of the two, or neither when the sample takes none any more. */
export interface UploadOffer {
  readonly upload: UploadTicket | undefined;
  readonly multipartUpload: Sample | undefined;
}

async function offerUpload(scope: TenantScope, sample: Sample): Promise<UploadOffer> {
  if (sample.state !== 'AWAITING_UPLOAD') return { upload: undefined, multipartUpload: undefined };
  if (sample.parts) return { upload: undefined, multipartUpload: sample };
  const upload = await scope.bucket.createTicket(locateOriginal(sample.id), sample, sample.uploadUntil);
  return { upload, multipartUpload: undefined };
}

/** A sample with an offer that works, as long as its file has not arrived: an ended one is renewed. */
export async function issueTicket(
  scope: TenantScope,
  sample: Sample,
): Promise<UploadOffer & { readonly sample: Sample }> {
  const isEnded = sample.state === 'AWAITING_UPLOAD' && sample.uploadUntil <= scope.clock();
  const current = isEnded ? await extendUpload(scope, sample.id) : sample;
  return { sample: current, ...(await offerUpload(scope, current)) };
}

export async function createSample(
  { session, scope }: TenantRequest,
  input: SampleInput & { readonly idempotencyKey?: string | null | undefined },
): Promise<UploadOffer & { readonly sample: Sample }> {
  assertMay(session, 'sample.create');
  const request = { operation: 'sample.create', key: input.idempotencyKey, input };
  const created = await reserve(scope, session.plan, { STORAGE_BYTES: input.file.bytes }, (reservation) =>
    createOnce(scope, request, async () => {
      const draft = draftSample(scope, input, { plan: session.plan }, ['input', 'file']);
      const writes = [scope.table.create(sampleKind, draft), ...reservation];
      return { id: draft.id, value: draft, writes };
    }),
  );
  const sample =
    'value' in created ? created.value : await load(scope, sampleKind, created.replayOf, ['input']);
  return issueTicket(scope, sample);
}

/** A new ticket for a sample whose file has not arrived. */
export async function renewSampleUpload(
  { session, scope }: TenantRequest,
  id: string,
): Promise<UploadOffer & { readonly sample: Sample }> {
  assertMay(session, 'sample.renewUpload');
  const sample = await extendUpload(scope, id);
  if (sample.state !== 'AWAITING_UPLOAD') {
    throw new DomainError('UPLOAD_CLOSED', `The sample is ${sample.state} and takes no file.`, [
      'input',
      'id',
    ]);
  }
  return { sample, ...(await offerUpload(scope, sample)) };
}

export async function updateSample({ session, scope }: TenantRequest, input: LabelChange): Promise<Sample> {
  assertMay(session, 'sample.update');
  const [sample] = await scope.table.getMany(sampleKind, [input.id]);
  if (sample?.state === 'DELETED') throw createNotFoundError('sample', ['input', 'id']);
  return changeLabel(scope, sampleKind, input);
}

export async function archiveSample({ session, scope }: TenantRequest, id: string): Promise<Sample> {
  assertMay(session, 'sample.archive');
  return archive(scope, sampleKind, id);
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
  page: PageRequest & { readonly archived: boolean },
): Promise<ListPage<Sample>> {
  assertMay(session, 'sample.read');
  return listPage<Sample>(scope, 'byTenant', page.archived ? 'sample:archived' : 'sample', page);
}

function extendUpload(scope: TenantScope, id: string): Promise<Sample> {
  const now = scope.clock();
  return change(scope, sampleKind, id, (sample) => {
    if (sample.state !== 'AWAITING_UPLOAD') return sample;
    const inParts = sample.parts !== undefined;
    const uploadUntil = now + (sample.uploadMs ?? usualUploadMs(inParts));
    return { ...sample, uploadUntil, dueAt: inParts ? uploadUntil : now + RESEND_AFTER_MS };
  });
}
