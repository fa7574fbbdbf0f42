import { assertMay, assertMayInspect, type TenantRequest } from '../access/index.ts';
import {
  archive,
  changeLabel,
  checkLabel,
  checkText,
  createOnce,
  DomainError,
  type Draft,
  type LabelChange,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  RESEND_AFTER_MS,
  type TenantScope,
} from '../platform/index.ts';
import { loadActiveProfile, loadProfileVersion } from '../profile/index.ts';
import {
  draftSample,
  type FileInput,
  isSettled,
  issueTicket,
  linkInspection,
  type Sample,
  sampleKind,
  type UploadOffer,
} from '../sample/index.ts';
import { assertQuotaLeft, type PlanName, reserve } from '../usage/index.ts';
import { type InspectionCounts, readCounts } from './counts.ts';
import { type Inspection, inspectionKind, type Reading } from './entity.ts';

/** Readings of one inspection, and characters of each name and value. */
const MAX_READINGS = 40;
const READING_LENGTH = 200;

export interface InspectionInput {
  readonly profileId: string;
  readonly source: {
    readonly sampleId?: string | null | undefined;
    readonly file?: FileInput | null | undefined;
  };
  readonly label?: string | null | undefined;
  readonly readings?: readonly Reading[] | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Has a sample judged by the profile's current version; with a new file, gives its ticket too. */
export async function createInspection(
  { session, scope }: TenantRequest,
  input: InspectionInput,
): Promise<UploadOffer & { readonly inspection: Inspection }> {
  assertMay(session, 'inspection.create');
  assertMayInspect(session, { profileId: input.profileId, sampleId: input.source.sampleId });
  const request = { operation: 'inspection.create', key: input.idempotencyKey, input };
  const amounts = { INSPECTIONS: 1, ...(input.source.file && { STORAGE_BYTES: input.source.file.bytes }) };
  await assertQuotaLeft(scope, session.plan, ['TOKENS', 'SPEND_MICRO_USD']);
  const created = await reserve(scope, session.plan, amounts, (reservation) =>
    createOnce(scope, request, async () => {
      const draft = await draftInspection(scope, input, session.plan);
      return { ...draft, writes: [...draft.writes, ...reservation] };
    }),
  );
  if ('replayOf' in created) {
    const inspection = await load(scope, inspectionKind, created.replayOf, ['input']);
    const sample = await load(scope, sampleKind, inspection.sampleId, ['input']);
    return { ...(await issueTicket(scope, sample)), inspection };
  }
  const { inspection, sample } = created.value;
  if (!input.source.file) await wakeIfSettled(scope, inspection);
  return { ...(await issueTicket(scope, sample)), inspection };
}

async function draftInspection(
  scope: TenantScope,
  input: InspectionInput,
  plan: PlanName | undefined,
): Promise<Draft<{ inspection: Inspection; sample: Sample }>> {
  const profile = await loadActiveProfile(scope, input.profileId, ['input', 'profileId']);
  const version = await loadProfileVersion(scope, profile.currentVersionId);
  const { file, sampleId } = input.source;
  const label = checkLabel(input.label, ['input', 'label']);
  const sample = file
    ? draftSample(
        scope,
        {
          file,
          label,
          longSidePx: version.longSidePx,
          viewSettings: version.viewSettings,
          keepsFrames: version.prompt?.secondLook ?? false,
          referenceIds: version.referenceIds,
        },
        { plan, ...(version.fileLimits && { profile: { id: profile.id, limits: version.fileLimits } }) },
        ['input', 'source', 'file'],
      )
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
    readings: checkReadings(input.readings ?? []),
    createdAt: now,
    attempt: 0,
    dueAt: now + RESEND_AFTER_MS,
    trace: scope.trace,
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

function checkReadings(readings: readonly Reading[]): readonly Reading[] {
  const path = ['input', 'readings'];
  if (readings.length > MAX_READINGS) {
    throw new DomainError(
      'INVALID',
      `readings has at most ${MAX_READINGS} entries, not ${readings.length}.`,
      path,
    );
  }
  return readings.map(({ name, value }, position) => ({
    name: checkText(name, [...path, String(position), 'name'], 1, READING_LENGTH),
    value: checkText(value, [...path, String(position), 'value'], 1, READING_LENGTH),
  }));
}

export async function updateInspection(
  { session, scope }: TenantRequest,
  input: LabelChange,
): Promise<Inspection> {
  assertMay(session, 'inspection.update');
  return changeLabel(scope, inspectionKind, input);
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

/** Of profiles, in the order asked. */
export async function countInspections(
  { session, scope }: TenantRequest,
  profileIds: readonly string[],
): Promise<InspectionCounts[]> {
  assertMay(session, 'inspection.read');
  return readCounts(scope, profileIds);
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
  const sample = await load(scope, sampleKind, id, path);
  if (sample.archivedAt !== undefined) throw new DomainError('ARCHIVED', 'The sample is archived.', path);
  if (sample.state === 'DELETED') throw new DomainError('ARCHIVED', 'The sample is deleted.', path);
  return sample;
}
