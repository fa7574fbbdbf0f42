import { createNotFoundError } from './errors.ts';
import type { Entity } from './table.ts';
import type { TenantScope } from './tenant-scope.ts';
import { type EntityKind, revise } from './tenant-table.ts';
import { transition } from './transition.ts';
import { checkOptionalText, checkVersion } from './validate.ts';

/** Reading and changing one object, the same for every noun. */

const MAX_LABEL = 200;

/** @throws DomainError NOT_FOUND at `path` */
export async function load<T extends Entity>(
  scope: TenantScope,
  kind: EntityKind<T>,
  id: string,
  path: readonly string[],
): Promise<T> {
  const entity = await scope.table.get(kind, id);
  if (!entity) throw createNotFoundError(kind.name, path);
  return entity;
}

/** A label as given at creation, or at `path`. @throws DomainError INVALID */
export function checkLabel(label: string | null | undefined, path: readonly string[]): string | undefined {
  return checkOptionalText(label, path, MAX_LABEL);
}

export interface LabelChange {
  readonly id: string;
  readonly expectedVersion: number;
  /** Absent means unchanged, null clears. */
  readonly patch: { readonly label?: string | null | undefined };
}

/** A person's change of an object's label. @throws DomainError NOT_FOUND, VERSION_CONFLICT, INVALID */
export async function changeLabel<T extends Entity & { readonly label?: string | undefined }>(
  scope: TenantScope,
  kind: EntityKind<T>,
  { id, expectedVersion, patch }: LabelChange,
): Promise<T> {
  const entity = await load(scope, kind, id, ['input', 'id']);
  checkVersion(entity.rev, expectedVersion);
  if (patch.label === undefined) return entity;
  const label = checkLabel(patch.label, ['input', 'patch', 'label']);
  return scope.table.save(kind, revise<T>({ ...entity, label }, {}));
}

/**
 * Archives an object, whatever else happens to it; an archived one stays as it is.
 * @throws DomainError NOT_FOUND at `input.id`
 */
export async function archive<T extends Entity & { readonly archivedAt?: number | undefined }>(
  scope: TenantScope,
  kind: EntityKind<T>,
  id: string,
): Promise<T> {
  const now = scope.clock();
  return change(scope, kind, id, (entity) =>
    entity.archivedAt === undefined ? { ...entity, archivedAt: now } : entity,
  );
}

/**
 * Changes an object by a pure function, whatever else happens to it. The function gives the same object when there is
 * nothing to change.
 * @throws DomainError NOT_FOUND at `input.id`
 */
export async function change<T extends Entity>(
  scope: TenantScope,
  kind: EntityKind<T>,
  id: string,
  edit: (entity: T) => T,
): Promise<T> {
  const next = await transition(scope, kind, id, (entity) => {
    const edited = edit(entity);
    return edited === entity ? undefined : revise<T>(edited, {});
  });
  return next ?? load(scope, kind, id, ['input', 'id']);
}
