import { ConditionFailedError, type Entity, type Write } from './table.ts';
import type { TenantScope } from './tenant-scope.ts';
import type { EntityKind } from './tenant-table.ts';

const MAX_TRIES = 6;

/**
 * Moves one object by a pure step, in one transaction with what depends on it. When somebody else changed the object
 * meanwhile, the step is asked again about the newer revision.
 * @returns the stored revision; undefined when there is no such object or the step does not apply
 */
export async function transition<T extends Entity>(
  scope: TenantScope,
  kind: EntityKind<T>,
  id: string,
  step: (entity: T) => T | undefined,
  also: (next: T) => readonly Write[] = () => [],
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    const entity = await scope.table.get(kind, id);
    const next = entity && step(entity);
    if (!next) return undefined;
    try {
      await scope.table.transact([scope.table.replace(kind, next), ...also(next)]);
      return next;
    } catch (error) {
      if (!(error instanceof ConditionFailedError) || attempt === MAX_TRIES) throw error;
    }
  }
}
