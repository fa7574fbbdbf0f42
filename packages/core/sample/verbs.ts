import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  archive,
  change,
  changeLabel,
  checkLabel,
  checkNumber,
  checkText,
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
import { reserve } from '../usage/index.ts';
import { locateOriginal, type Sample, sampleKind } from './entity.ts';
import { checkViewSettings, type ViewSettingsInput } from './view-settings.ts';

/** Largest file taken by one POST, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
export const DEFAULT_LONG_SIDE_PX = 2048;
const TICKET_MS = 15 * 60_000;

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
  readonly viewSettings?: ViewSettingsInput | null | undefined;
  readonly referenceIds?: readonly string[];
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
    label: checkLabel(input.label, ['input', 'label']),
    longSidePx: input.longSidePx ?? DEFAULT_LONG_SIDE_PX,
    viewSettings: checkViewSettings(input.viewSettings, ['input', 'viewSettings']),
    ...(input.referenceIds && { referenceIds: input.referenceIds }),
    createdAt: now,
    uploadUntil: now + TICKET_MS,
    views: [],
    attempt: 0,
    dueAt: now + RESEND_AFTER_MS,
    trace: scope.trace,
  };
}

/** The ticket for a sample's file; undefined when the sample takes none any more. */
async function createUploadTicket(scope: TenantScope, sample: Sample): Promise<UploadTicket | undefined> {
  if (sample.state !== 'AWAITING_UPLOAD') return undefined;
  return scope.bucket.createTicket(locateOriginal(sample.id), sample, sample.uploadUntil);
}

/** A sample with a ticket that works, as long as its file has not arrived: an ended ticket is renewed. */
export async function issueTicket(
  scope: TenantScope,
  sample: Sample,
): Promise<{ sample: Sample; upload: UploadTicket | undefined }> {
  const isEnded = sample.state === 'AWAITING_UPLOAD' && sample.uploadUntil <= scope.clock();
  const current = isEnded ? await extendUpload(scope, sample.id) : sample;
  return { sample: current, upload: await createUploadTicket(scope, current) };
}

export async function createSample(
  { session, scope }: TenantRequest,
  input: SampleInput & { readonly idempotencyKey?: string | null | undefined },
): Promise<{ sample: Sample; upload: UploadTicket | undefined }> {
  assertMay(session, 'sample.create');
  const request = { operation: 'sample.create', key: input.idempotencyKey, input };
  const created = await reserve(scope, session.plan, { STORAGE_BYTES: input.file.bytes }, (reservation) =>
    createOnce(scope, request, async () => {
      const draft = draftSample(scope, input, ['input', 'file']);
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
): Promise<{ sample: Sample; upload: UploadTicket }> {
  assertMay(session, 'sample.renewUpload');
  const sample = await extendUpload(scope, id);
  const upload = await createUploadTicket(scope, sample);
  if (!upload) {
    throw new DomainError('UPLOAD_CLOSED', `The sample is ${sample.state} and takes no file.`, [
      'input',
      'id',
    ]);
  }
  return { sample, upload };
}

export async function updateSample({ session, scope }: TenantRequest, input: LabelChange): Promise<Sample> {
  assertMay(session, 'sample.update');
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
  return change(scope, sampleKind, id, (sample) =>
    sample.state === 'AWAITING_UPLOAD'
      ? { ...sample, uploadUntil: now + TICKET_MS, dueAt: now + RESEND_AFTER_MS }
      : sample,
  );
}
