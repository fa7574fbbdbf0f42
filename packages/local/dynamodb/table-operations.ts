import { operationValidations } from './dynalite.ts';
import { type ApiError, createServiceError } from './errors.ts';
import { TABLE_PREFIX } from './keys.ts';
import type { Operation } from './operation.ts';
import type { Reader } from './reader.ts';
import { buildTableDescription, type TableRequest, withStatus } from './table-description.ts';
import { addTags, TAG_TYPES } from './table-tags.ts';
import type { RequestData, TableRecord } from './types.ts';

const DEFAULT_LIST_LIMIT = 100;

/** The operations on tables. A table is ready, or gone, as soon as the call is answered. */
export const tableOperations: Readonly<Record<string, Operation>> = {
  CreateTable: {
    validation: {
      ...operationValidations.createTable,
      types: { ...operationValidations.createTable.types, Tags: TAG_TYPES },
    },
    run: (context, data) =>
      context.store.write(async (unit) => {
        const { Tags, ...rest } = data;
        const request = rest as unknown as TableRequest;
        if ((await unit.findTable(request.TableName)) !== undefined) {
          throw createServiceError('ResourceInUseException', `Table already exists: ${request.TableName}`);
        }
        const description = buildTableDescription(request, context);
        unit.setTable({ description, ...(Array.isArray(Tags) && { tags: addTags({}, Tags) }) });
        return { TableDescription: withStatus(description, 'CREATING') };
      }),
  },
  DeleteTable: {
    validation: operationValidations.deleteTable,
    run: ({ store }, data) =>
      store.write(async (unit) => {
        const table = await getNamedTable(unit, data);
        await unit.deleteTable(table);
        return { TableDescription: withStatus(table.description, 'DELETING') };
      }),
  },
  DescribeTable: {
    validation: operationValidations.describeTable,
    async run({ store }, data) {
      const { description } = await store.read((reader) => getNamedTable(reader, data));
      return { Table: description };
    },
  },
  ListTables: {
    validation: operationValidations.listTables,
    run: ({ store }, data) => store.read((reader) => listTables(reader, data)),
  },
  DescribeEndpoints: {
    validation: { types: {} },
    run: async ({ host }) => ({ Endpoints: [{ Address: host, CachePeriodInMinutes: 1440 }] }),
  },
};

export async function getNamedTable(reader: Reader, data: RequestData): Promise<TableRecord> {
  const name = data.TableName as string;
  const table = await reader.findTable(name);
  if (table === undefined) throw createNotFound(name);
  return table;
}

function createNotFound(name: string): ApiError {
  return createServiceError(
    'ResourceNotFoundException',
    `Requested resource not found: Table: ${name} not found`,
  );
}

async function listTables(reader: Reader, data: RequestData): Promise<object> {
  const limit = (data.Limit as number | undefined) ?? DEFAULT_LIST_LIMIT;
  const start = data.ExclusiveStartTableName as string | undefined;
  const range = { limit: limit + 1, ...(start === undefined ? {} : { gt: start }) };
  const names = await Array.fromAsync(reader.readKeys(TABLE_PREFIX, range));
  const TableNames = names.slice(0, limit);
  return names.length > limit ? { TableNames, LastEvaluatedTableName: TableNames.at(-1) } : { TableNames };
}
