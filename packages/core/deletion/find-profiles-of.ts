import { DomainError, type TenantScope } from '../platform/index.ts';
import { type Profile, profileVersionKind } from '../profile/index.ts';

const SHOWN = 10;

/** @throws DomainError IN_USE naming the profiles that show the sample to models as a reference */
export async function assertUnused(scope: TenantScope, sampleId: string): Promise<void> {
  const profiles = await findProfilesOf(scope, [sampleId]);
  const names = profiles.get(sampleId) ?? [];
  if (names.length === 0) return;
  const list = names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ' …' : '');
  throw new DomainError(
    'IN_USE',
    `The sample is a reference of ${names.length} profiles in service: ${list}. Give them other references or archive them first.`,
    ['input', 'id'],
  );
}

/** By sample, the ids of profiles in service whose current version has it as a reference. */
export async function findProfilesOf(
  scope: TenantScope,
  sampleIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = new Set(sampleIds);
  const found = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const page: { items: readonly Profile[]; next: string | undefined } = await scope.table.query<Profile>(
      'byTenant',
      'profile',
      { limit: 100, after },
    );
    const versions = await scope.table.getMany(
      profileVersionKind,
      page.items.map(({ currentVersionId }) => currentVersionId),
    );
    for (const { profileId, referenceIds } of versions.flatMap((version) => version ?? [])) {
      for (const id of referenceIds) {
        if (wanted.has(id)) found.set(id, [...(found.get(id) ?? []), profileId]);
      }
    }
    after = page.next;
  } while (after !== undefined);
  return found;
}
