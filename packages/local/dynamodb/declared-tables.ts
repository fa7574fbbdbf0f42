import type { TableResource } from '@loupe/core/resources';
import { listIndexes } from './derived-rows.ts';
import type { OperationContext } from './operation.ts';
import { buildTableDescription, buildTableRequest, type TableRequest } from './table-description.ts';
import type { TableDescription } from './types.ts';

/** A declared table's keys or indexes differ from those its stored data was written with. */
export class TableChangedError extends Error {
  readonly code = 'LOCAL_TABLE_CHANGED';

  constructor(table: string, changes: readonly string[]) {
    super(
      `The local table "${table}" was made with other keys or indexes: ${changes.join('; ')}. ` +
        'Start once with --reset, which deletes the local data, to make it again.',
    );
    this.name = 'TableChangedError';
  }
}

/** Creates the declared tables that are not there and sets their TTL; throws TableChangedError on drift. */
export async function prepareTables(
  context: OperationContext,
  tables: readonly TableResource[],
): Promise<void> {
  for (const table of tables) {
    await context.store.write(async (unit) => {
      const request = buildTableRequest(table);
      const stored = await unit.findTable(table.name);
      if (stored === undefined) {
        const description = buildTableDescription(request, context);
        unit.setTable(
          table.ttlAttribute === undefined
            ? { description }
            : { description, ttlAttribute: table.ttlAttribute },
        );
        return;
      }
      const changes = listChanges(stored.description, request);
      if (changes.length > 0) throw new TableChangedError(table.name, changes);
      if (stored.ttlAttribute !== table.ttlAttribute) await unit.setTimeToLive(stored, table.ttlAttribute);
    });
  }
}

function listChanges(stored: TableDescription, declared: TableRequest): string[] {
  const changes: string[] = [];
  if (describeKeys(stored, stored) !== describeKeys(declared, declared)) {
    changes.push(
      `its key is declared as ${describeKeys(declared, declared)}, stored as ${describeKeys(stored, stored)}`,
    );
  }
  const before = describeIndexes(stored);
  const after = describeIndexes(declared);
  for (const [name, shape] of after) {
    const old = before.get(name);
    if (old === undefined) changes.push(`index "${name}" is new`);
    else if (old !== shape) changes.push(`index "${name}" is declared as ${shape}, stored as ${old}`);
  }
  for (const name of before.keys())
    if (!after.has(name)) changes.push(`index "${name}" is no longer declared`);
  return changes;
}

function describeIndexes(table: TableDescription | TableRequest): Map<string, string> {
  return new Map(
    listIndexes(table).map((index) => {
      const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
      const projection = [ProjectionType, ...NonKeyAttributes.toSorted()].join(' ');
      return [index.IndexName, `${describeKeys(table, index)} ${projection}`];
    }),
  );
}

function describeKeys(
  table: Pick<TableDescription, 'AttributeDefinitions'>,
  { KeySchema }: Pick<TableDescription, 'KeySchema'>,
): string {
  const keys = KeySchema.map(({ AttributeName }) => {
    const definition = table.AttributeDefinitions.find(
      (attribute) => attribute.AttributeName === AttributeName,
    );
    return `${AttributeName}:${definition?.AttributeType ?? '?'}`;
  });
  return `(${keys.join(', ')})`;
}
