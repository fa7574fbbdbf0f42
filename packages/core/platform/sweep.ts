import type { RowKey } from './row-key.ts';
import { DUE_SHARDS } from './table.ts';
import type { Platform } from './tenant-scope.ts';
import { parseRowKey } from './tenant-table.ts';

/** An object that should have been moved on by now. */
export interface Overdue {
  readonly tenantId: string;
  readonly kind: string;
  readonly id: string;
}

/** Overdue objects of all tenants, oldest first within each of the index's shards, at most `limit` a shard. */
export async function listOverdue(platform: Platform, limit: number): Promise<Overdue[]> {
  const now = platform.clock();
  const shards = await Promise.all(
    Array.from({ length: DUE_SHARDS }, (_, shard) => platform.table.queryDue(shard, now, limit)),
  );
  return shards.flat().flatMap((key: RowKey) => parseRowKey(key) ?? []);
}
