import { createHash } from 'node:crypto';
import type { Write } from './table.ts';
import type { TenantScope } from './tenant-scope.ts';

/** Rows the counts of one object are spread over, so that many workers can add to them at once. */
const SHARDS = 8;
const PREFIX = 'counts#';

/** Numbers that hang on objects of a kind, one for each name: added to in shards, summed up when they are read. */
export function createShardedCounts<Name extends string>(kind: string, names: readonly Name[]) {
  const rows = Array.from({ length: SHARDS }, (_, shard) => `${PREFIX}${shard}`);

  return {
    /** Belongs in the transaction that brings about what is counted; `spreadBy` chooses the shard. */
    add(
      scope: TenantScope,
      id: string,
      spreadBy: string,
      amounts: Readonly<Partial<Record<Name, number>>>,
    ): Write {
      const shard = createHash('sha256').update(spreadBy).digest().readUInt8(0) % SHARDS;
      return scope.table.add(kind, id, `${PREFIX}${shard}`, amounts as Readonly<Record<string, number>>);
    },

    /** For each id in the order asked; 0 for what was never counted. */
    async read(scope: TenantScope, ids: readonly string[]): Promise<Record<Name, number>[]> {
      const all = await scope.table.getManyAttached<Partial<Record<Name, number>>>(kind, ids, rows);
      return all.map((shards) => {
        const sum = (name: Name) => shards.reduce((total, shard) => total + (shard?.[name] ?? 0), 0);
        return Object.fromEntries(names.map((name) => [name, sum(name)])) as Record<Name, number>;
      });
    },
  };
}
