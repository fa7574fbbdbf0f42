import { assertMay, nameActor, type TenantRequest } from '../access/index.ts';
import {
  archive,
  ConditionFailedError,
  checkText,
  checkVersion,
  createOnce,
  DomainError,
  type ListPage,
  listPage,
  load,
  type PageRequest,
  revise,
  type TenantScope,
} from '../platform/index.ts';
import { DEFAULT_LONG_SIDE_PX } from '../sample/index.ts';
import { compareRules, type DecisionChangeNote, noteDecisionChange } from './decision-change.ts';
import {
  checkPointers,
  type DefinitionPatch,
  isSameDefinition,
  type ModelCheck,
  mergeDefinition,
} from './definition.ts';
import {
  type Definition,
  type Profile,
  type ProfileVersion,
  profileKind,
  profileVersionKind,
} from './entity.ts';
import { readWatch, startWatch } from './watch.ts';

const MAX_NAME = 200;
const DEFAULT_MODEL = 'loupe/reference-match';

const blank: Definition = {
  className: '',
  rules: [],
  knownDefects: [],
  referenceIds: [],
  preset: 'FULL',
  model: DEFAULT_MODEL,
  uncertainBand: 0,
  longSidePx: DEFAULT_LONG_SIDE_PX,
};

export async function createProfile(
  { session, scope }: TenantRequest,
  input: DefinitionPatch & { readonly name: string; readonly idempotencyKey?: string | null | undefined },
  checkModel: ModelCheck,
): Promise<Profile> {
  assertMay(session, 'profile.create');
  const request = { operation: 'profile.create', key: input.idempotencyKey, input };
  const created = await createOnce(scope, request, async () => {
    const definition = mergeDefinition(blank, blank, input, session.plan, ['input']);
    await checkPointers(scope, definition, checkModel, ['input']);
    const version = draftVersion(scope, scope.createId('profile'), 1, definition);
    const profile: Profile = {
      id: version.profileId,
      rev: 1,
      name: checkText(input.name, ['input', 'name'], 1, MAX_NAME),
      currentVersionId: version.id,
      versionCount: 1,
      createdAt: version.createdAt,
    };
    const writes = [
      scope.table.create(profileKind, profile),
      scope.table.create(profileVersionKind, version),
      startWatch(scope, profile.id),
    ];
    return { id: profile.id, value: profile, writes };
  });
  return 'value' in created ? created.value : load(scope, profileKind, created.replayOf, ['input']);
}

/** Changes name or definition; a changed definition is a new version. */
export async function updateProfile(
  { session, scope }: TenantRequest,
  input: {
    readonly id: string;
    readonly expectedVersion: number;
    readonly patch: DefinitionPatch & { readonly name?: string | null | undefined };
  },
  checkModel: ModelCheck,
): Promise<Profile> {
  assertMay(session, 'profile.update');
  const profile = await loadActiveProfile(scope, input.id, ['input', 'id']);
  checkVersion(profile.rev, input.expectedVersion);
  const current = await loadProfileVersion(scope, profile.currentVersionId);
  const definition = mergeDefinition(current, blank, input.patch, session.plan, ['input', 'patch']);
  const patchedName = input.patch.name === undefined ? profile.name : (input.patch.name ?? '');
  const name = checkText(patchedName, ['input', 'patch', 'name'], 1, MAX_NAME);
  if (isSameDefinition(current, definition)) return scope.table.save(profileKind, revise(profile, { name }));
  await checkPointers(scope, definition, checkModel, ['input', 'patch']);
  return saveDefinition(
    scope,
    { ...profile, name },
    { current, definition },
    { ...nameActor(session), source: 'MANUAL' },
  );
}

/**
 * Gives a profile, as it was read, a new version; `note` says who changed its threshold or band, and from what.
 * @throws DomainError VERSION_CONFLICT
 */
export async function saveDefinition(
  scope: TenantScope,
  profile: Profile,
  { current, definition }: { readonly current: Definition; readonly definition: Definition },
  note: DecisionChangeNote,
): Promise<Profile> {
  const rule = compareRules(current, definition);
  const version = draftVersion(scope, profile.id, profile.versionCount + 1, definition);
  const next = revise(profile, { currentVersionId: version.id, versionCount: version.number });
  // A profile from before there were watches gets one now.
  const isWatched = (await readWatch(scope, profile.id)) !== undefined;
  try {
    await scope.table.transact([
      scope.table.replace(profileKind, next),
      scope.table.create(profileVersionKind, version),
      ...(isWatched ? [] : [startWatch(scope, profile.id)]),
      ...(rule
        ? [noteDecisionChange(scope, { ...note, profileId: profile.id, profileVersionId: version.id, rule })]
        : []),
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The profile was changed meanwhile. Read it again.');
  }
  return next;
}

export async function archiveProfile({ session, scope }: TenantRequest, id: string): Promise<Profile> {
  assertMay(session, 'profile.archive');
  return archive(scope, profileKind, id);
}

export async function findProfiles(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(Profile | undefined)[]> {
  assertMay(session, 'profile.read');
  return scope.table.getMany(profileKind, ids);
}

export async function findProfileVersions(
  { session, scope }: TenantRequest,
  ids: readonly string[],
): Promise<(ProfileVersion | undefined)[]> {
  assertMay(session, 'profile.read');
  return scope.table.getMany(profileVersionKind, ids);
}

export async function listProfiles(
  { session, scope }: TenantRequest,
  page: PageRequest & { readonly archived: boolean },
): Promise<ListPage<Profile>> {
  assertMay(session, 'profile.read');
  return listPage<Profile>(scope, 'byTenant', page.archived ? 'profile:archived' : 'profile', page);
}

export async function listProfileVersions(
  { session, scope }: TenantRequest,
  profileId: string,
  page: PageRequest,
): Promise<ListPage<ProfileVersion>> {
  assertMay(session, 'profile.read');
  return listPage<ProfileVersion>(scope, 'byParent', `profile#${profileId}#version`, page);
}

/** @throws DomainError NOT_FOUND, or ARCHIVED */
export async function loadActiveProfile(
  scope: TenantScope,
  id: string,
  path: readonly string[],
): Promise<Profile> {
  const profile = await load(scope, profileKind, id, path);
  if (profile.archivedAt !== undefined) {
    throw new DomainError('ARCHIVED', 'The profile is archived and takes no more changes or work.', path);
  }
  return profile;
}

export async function loadProfileVersion(scope: TenantScope, id: string): Promise<ProfileVersion> {
  const version = await scope.table.get(profileVersionKind, id);
  if (!version) throw new Error(`The profile version ${id} has no row.`);
  return version;
}

function draftVersion(
  scope: TenantScope,
  profileId: string,
  number: number,
  definition: Definition,
): ProfileVersion {
  return {
    ...definition,
    id: scope.createId('profileVersion'),
    rev: 1,
    profileId,
    number,
    createdAt: scope.clock(),
  };
}
