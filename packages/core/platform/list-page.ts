import { decodeCursor, encodeCursor, scopeCursors } from './cursor.ts';
import type { Entity, Page } from './table.ts';
import type { TenantScope } from './tenant-scope.ts';

/** Which part of a list is wanted. */
export interface PageRequest {
  /** 1 to 100. */
  readonly first: number;
  /** Cursor of an earlier page. */
  readonly after?: string | null | undefined;
}

/** A page and the cursors of its items. */
export type ListPage<T> = Page<T> & { readonly cursorOf: (item: T) => string };

/**
 * One page of an index partition, newest first, with cursors bound to tenant and partition.
 * @throws DomainError INVALID for a cursor of another list
 */
export async function listPage<T extends Entity>(
  scope: TenantScope,
  index: 'byTenant' | 'byParent',
  partition: string,
  { first, after }: PageRequest,
): Promise<ListPage<T>> {
  const cursorScope = scopeCursors(scope, partition);
  const page = await scope.table.query<T>(index, partition, {
    limit: first,
    after: after ? decodeCursor(cursorScope, after) : undefined,
    newestFirst: true,
  });
  return { ...page, cursorOf: (item) => encodeCursor(cursorScope, item.id) };
}
