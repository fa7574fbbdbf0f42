import type { TableResource } from '@loupe/core/resources';
import { findAttributeType } from './derived-rows.ts';
import type { OperationContext } from './operation.ts';
import { buildTableDescription, buildTableRequest, rebuildTableDescription } from './table-description.ts';
import type { TableDescription } from './types.ts';

/** A declared table's keys differ from those its stored data was written with. */
export class TableChangedError extends Error {
  readonly code = 'LOCAL_TABLE_CHANGED';

  constructor(table: string, stored: string, declared: string) {
    super(
      `The local table "${table}" was made with other keys: declared as ${declared}, stored as ${stored}. ` +
        'Start once with --reset, which deletes the local data, to make it again.',
    );
    this.name = 'TableChangedError';
  }
}

/**
 * Creates the declared tables that are not there; gives those that are the declared indexes and TTL, filled from
 * their items. Throws TableChangedError if the keys of one differ.
 */
export async function prepareTables(
  context: OperationContext,
  tables: readonly TableResource[],
): Promise<void> {
  for (const table of tables) {
    await context.store.write(async (unit) => {
      const { ttlAttribute } = table;
      const request = buildTableRequest(table);
      const stored = await unit.findTable(table.name);
      const description =
        stored === undefined
          ? buildTableDescription(request, context)
          : rebuildTableDescription(stored.description, request, context);
      const declared = {
        description,
        ...(ttlAttribute !== undefined && { ttlAttribute }),
        ...(stored?.tags && { tags: stored.tags }),
      };
      if (stored === undefined) return unit.setTable(declared);
      const before = describeKeys(stored.description);
      const after = describeKeys(description);
      if (before !== after) throw new TableChangedError(table.name, before, after);
      await unit.changeTable(stored, declared);
    });
  }
}

function describeKeys(table: TableDescription): string {
  const keys = table.KeySchema.map(({ AttributeName }) => {
    return `${AttributeName}:${findAttributeType(table, AttributeName)}`;
  });
  return `(${keys.join(', ')})`;
}
