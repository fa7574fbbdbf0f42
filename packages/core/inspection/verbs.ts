import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  archive,
  checkOptionalText,
  checkVersion,
  createNotFoundError,
  createOnce,
  DomainError,
  type Draft,
  type ListPage,
  listPage,
  type PageRequest,
  RESEND_AFTER_MS,
  revise,
  type TenantScope,
  type UploadTicket,
} from '../platform/index.ts';
import { loadActiveProfile, loadProfileVersion } from '../profile/index.ts';
import {
  draftSample,
  type FileInput,
  isSettled,
  issueTicket,
  linkInspection,
  loadSample,
  type Sample,
  sampleKind,
} from '../sample/index.ts';
import { type InspectionCounts, readCounts } from './counts.ts';
import { type Inspection, inspectionKind } from './entity.ts';

const MAX_LABEL = 200;

export interface InspectionInput {
  readonly profileId: string;
  readonly source: {
    readonly sampleId?: string | null | undefined;
    readonly file?: FileInput | null | undefined;
  };
  readonly label?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Has a sample judged by the profile's current version; with a new file, gives its ticket too. */
export async function createInspection(
  { session, scope }: TenantRequest,
  input: InspectionInput,
): Promise<{ inspection: Inspection; upload: UploadTicket | undefined }> {
  assertMay(session, 'inspection.create');
  const request = { operation: 'inspection.create', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, () => draftInspection(scope, input));
  if ('replayOf' in created) {
    const inspection = await loadInspection(scope, created.replayOf, ['input']);
    const sample = await loadSample(scope, inspection.sampleId, ['input']);
    return { inspection, upload: (await issueTicket(scope, sample)).upload };
  }
  const { inspection, sample } = created.value;
  if (!input.source.file) await wakeIfSettled(scope, inspection);
  return { inspection, upload: (await issueTicket(scope, sample)).upload };
}

async function draftInspection(
  scope: TenantScope,
  input: InspectionInput,
): Promise<Draft<{ inspection: Inspection; sample: Sample }>> {
  const profile = await loadActiveProfile(scope, input.profileId, ['input', 'profileId']);
  const version = await loadProfileVersion(scope, profile.currentVersionId);
  const { file, sampleId } = input.source;
  const label = checkOptionalText(input.label, ['input', 'label'], MAX_LABEL);
  const sample = file
    ? draftSample(scope, { file, label, longSidePx: version.longSidePx }, ['input', 'source', 'file'])
    : await loadActiveSample(scope, sampleId ?? '');
  const now = scope.clock();
  const inspection: Inspection = {
    id: scope.createId('inspection'),
    rev: 1,
    state: 'QUEUED',
    profileId: profile.id,
    profileVersionId: version.id,
    sampleId: sample.id,
    label,
    createdAt: now,
    attempt: 0,
    dueAt: now + RESEND_AFTER_MS,
  };
  return {
    id: inspection.id,
    value: { inspection, sample },
    writes: [
      scope.table.create(inspectionKind, inspection),
      linkInspection(scope, sample.id, inspection.id),
      ...(file ? [scope.table.create(sampleKind, sample)] : []),
    ],
  };
}

export async function updateInspection(
  { session, scope }: TenantRequest,
  input: {
    readonly id: string;
    readonly expectedVersion: number;
    readonly patch: { readonly label?: string | null | undefined };
  },
): Promise<Inspection> {
  assertMay(session, 'inspection.update');
  const inspection = await loadInspection(scope, input.id, ['input', 'id']);
  checkVersion(inspection.rev, input.expectedVersion);
  const { label } = input.patch;
  if (label === undefined) return inspection;
  const checked = checkOptionalText(label, ['input', 'patch', 'label'], MAX_LABEL);
  return scope.table.save(inspectionKind, revise(inspection, { label: checked }));
}

export async function archiveInspection({ session, scope }: TenantRequest, id: string): Promise<Inspection> {
  assertMay(session, 'inspection.archive');
  return archive(scope, inspectionKind, id);
}

export async function findInspections(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(Inspection | undefined)[]> {
  assertMay(session, 'inspection.read');
  return scope.table.getMany(inspectionKind, ids);
}

export async function listInspections(
  { session, scope }: TenantRequest,
  page: PageRequest & { readonly archived: boolean; readonly profileId?: string | null | undefined },
): Promise<ListPage<Inspection>> {
  assertMay(session, 'inspection.read');
  if (page.archived && page.profileId) {
    throw new DomainError('INVALID', 'Filter by archived or by profileId, not by both.', ['filter']);
  }
  if (page.profileId) return listPage(scope, 'byParent', `profile#${page.profileId}#inspection`, page);
  return listPage(scope, 'byTenant', page.archived ? 'inspection:archived' : 'inspection', page);
}

export async function countInspections(
  { session, scope }: TenantRequest,
  profileId: string,
): Promise<InspectionCounts> {
  assertMay(session, 'inspection.read');
  return readCounts(scope, profileId);
}

/**
 * The sample may have settled between its reading and the transaction; whoever settles it reads the links afterwards,
 * so one of the two always sees the other. The inspection is accepted already: when its message can't be sent now, the
 * sweep sends it.
 */
async function wakeIfSettled(scope: TenantScope, inspection: Inspection): Promise<void> {
  try {
    const sample = await scope.table.get(sampleKind, inspection.sampleId);
    if (!sample || !isSettled(sample)) return;
    await scope.queues.send('infer', [{ tenantId: scope.tenantId, inspectionId: inspection.id }]);
  } catch {
    // The row is due in a minute.
  }
}

async function loadActiveSample(scope: TenantScope, id: string): Promise<Sample> {
  const path = ['input', 'source', 'sampleId'];
  const sample = await loadSample(scope, id, path);
  if (sample.archivedAt !== undefined) throw new DomainError('ARCHIVED', 'The sample is archived.', path);
  return sample;
}

async function loadInspection(scope: TenantScope, id: string, path: readonly string[]): Promise<Inspection> {
  const inspection = await scope.table.get(inspectionKind, id);
  if (!inspection) throw createNotFoundError('inspection', path);
  return inspection;
}
