import { createHash } from 'node:crypto';
import type { Write } from './table.ts';
import type { TenantScope } from './tenant-scope.ts';

/** Rows the counts of one object are spread over, so that many workers can add to them at once. */
const SHARDS = 8;
/** Where an object has one series of counts only. */
const ONLY_SERIES = 'counts';

/**
 * Numbers that hang on objects of a kind, one for each name: added to in shards, summed up when they are read. An object
 * may have several series of them, e.g. one a day.
 */
export function createShardedCounts<Name extends string>(kind: string, names: readonly Name[]) {
  type Row = Partial<Record<Name, number>> | undefined;
  const listRows = (series: string) => Array.from({ length: SHARDS }, (_, shard) => `${series}#${shard}`);
  const sum = (rows: readonly Row[]): Record<Name, number> => {
    const total = (name: Name) => rows.reduce((sofar, row) => sofar + (row?.[name] ?? 0), 0);
    return Object.fromEntries(names.map((name) => [name, total(name)])) as Record<Name, number>;
  };

  return {
    /** Belongs in the transaction that brings about what is counted; `spreadBy` chooses the shard. */
    add(
      scope: TenantScope,
      id: string,
      spreadBy: string,
      amounts: Readonly<Partial<Record<Name, number>>>,
      series = ONLY_SERIES,
    ): Write {
      const shard = createHash('sha256').update(spreadBy).digest().readUInt8(0) % SHARDS;
      return scope.table.add(kind, id, `${series}#${shard}`, amounts as Readonly<Record<string, number>>);
    },

    /** For each id in the order asked; 0 for what was never counted. */
    async read(scope: TenantScope, ids: readonly string[]): Promise<Record<Name, number>[]> {
      const all = await scope.table.getManyAttached<Row>(kind, ids, listRows(ONLY_SERIES));
      return all.map(sum);
    },

    /** For each series of one object in the order asked; 0 for what was never counted. */
    async readSeries(
      scope: TenantScope,
      id: string,
      series: readonly string[],
    ): Promise<Record<Name, number>[]> {
      const [rows = []] = await scope.table.getManyAttached<Row>(kind, [id], series.flatMap(listRows));
      return series.map((_, position) => sum(rows.slice(position * SHARDS, (position + 1) * SHARDS)));
    },
  };
}
