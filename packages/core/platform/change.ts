import { createNotFoundError } from './errors.ts';
import type { Entity } from './table.ts';
import type { TenantScope } from './tenant-scope.ts';
import { type EntityKind, revise } from './tenant-table.ts';
import { transition } from './transition.ts';

/** Changes of an object that hold whatever else happens to it, so that they need no expected version. */

/** Archives an object; an archived one stays as it is. @throws DomainError NOT_FOUND at `input.id` */
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
 * Changes an object by a pure function, which gives the same object when there is nothing to change.
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
  const stored = next ?? (await scope.table.get(kind, id));
  if (!stored) throw createNotFoundError(kind.name, ['input', 'id']);
  return stored;
}
