import { findAttributeType, listIndexes } from './derived-rows.ts';
import { operationValidations, type TypeMap, validationLimits } from './dynalite.ts';
import { createServiceError, createValidationError } from './errors.ts';
import type { Operation } from './operation.ts';
import { rebuildTableDescription, type TableRequest, withStatus } from './table-description.ts';
import { getNamedTable } from './table-operations.ts';
import type { IndexDescription, RequestData, TableDescription, Throughput } from './types.ts';

interface IndexUpdate {
  readonly Create?: IndexDescription;
  readonly Update?: { readonly IndexName: string; readonly ProvisionedThroughput: Throughput };
  readonly Delete?: { readonly IndexName: string };
}

const { createTable, updateTable: engineValidation } = operationValidations;

/** UpdateTable: billing mode, throughput, and global indexes added (filled at once) or removed. */
export const updateTable: Operation = {
  validation: { ...engineValidation, types: buildTypes() },
  run: (context, data) =>
    context.store.write(async (unit) => {
      const table = await getNamedTable(unit, data);
      const request = buildRequest(table.description, data);
      const message = createTable.custom?.(request as unknown as RequestData, validationLimits);
      if (message !== undefined) throw createValidationError(message);
      const description = rebuildTableDescription(table.description, request, context);
      await unit.changeTable(table, { ...table, description });
      return { TableDescription: withStatus(description, 'UPDATING') };
    }),
};

/** The engine's, with attribute definitions, and without requiring a throughput of an on-demand table's index. */
function buildTypes(): TypeMap {
  const types = structuredClone(engineValidation.types) as {
    GlobalSecondaryIndexUpdates: { children: { children: { Create: { children: TypeMap } } } };
  };
  const { children } = types.GlobalSecondaryIndexUpdates.children.children.Create;
  const { notNull, ...optional } = children.ProvisionedThroughput as { notNull: boolean };
  types.GlobalSecondaryIndexUpdates.children.children.Create.children = {
    ...children,
    ProvisionedThroughput: optional,
  };
  const { notNull: _, ...definitions } = createTable.types.AttributeDefinitions as { notNull: boolean };
  return { ...types, AttributeDefinitions: definitions };
}

/** The request that would create the table as it is to be. */
function buildRequest(table: TableDescription, data: RequestData): TableRequest {
  const before = table.BillingModeSummary?.BillingMode ?? 'PROVISIONED';
  const BillingMode = (data.BillingMode as string | undefined) ?? before;
  const isProvisioned = BillingMode === 'PROVISIONED';
  const asked = data.ProvisionedThroughput as Throughput | undefined;
  if (asked !== undefined && isProvisioned && before === BillingMode) checkChange(table, asked);
  const indexes = updateIndexes(table, (data.GlobalSecondaryIndexUpdates ?? []) as IndexUpdate[]);
  const kept = isProvisioned ? indexes : indexes.map(({ ProvisionedThroughput, ...index }) => index);
  const throughput = asked ?? (isProvisioned ? table.ProvisionedThroughput : undefined);
  const { TableName, KeySchema, LocalSecondaryIndexes } = table;
  const request: TableRequest = {
    TableName,
    KeySchema,
    BillingMode,
    AttributeDefinitions: mergeDefinitions(table, data),
    ...(throughput === undefined ? {} : { ProvisionedThroughput: throughput }),
    ...(LocalSecondaryIndexes === undefined ? {} : { LocalSecondaryIndexes }),
    ...(kept.length === 0 ? {} : { GlobalSecondaryIndexes: kept }),
  };
  return dropUnusedDefinitions(request);
}

function updateIndexes(table: TableDescription, updates: readonly IndexUpdate[]): IndexDescription[] {
  const indexes = new Map((table.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1) {
    throw createServiceError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  for (const { Create, Update, Delete } of updates) {
    if (Create !== undefined) {
      if (listIndexes(table).some(({ IndexName }) => IndexName === Create.IndexName)) {
        throw createValidationError('Attempting to create an index which already exists');
      }
      indexes.set(Create.IndexName, Create);
      continue;
    }
    const name = Update?.IndexName ?? Delete?.IndexName ?? '';
    const index = indexes.get(name);
    if (index === undefined) {
      throw createServiceError('ResourceNotFoundException', 'Requested resource not found');
    }
    if (Update === undefined) indexes.delete(name);
    else indexes.set(name, { ...index, ProvisionedThroughput: Update.ProvisionedThroughput });
  }
  return [...indexes.values()];
}

function mergeDefinitions(
  table: TableDescription,
  data: RequestData,
): TableDescription['AttributeDefinitions'] {
  const merged = new Map(table.AttributeDefinitions.map((one) => [one.AttributeName, one]));
  for (const one of (data.AttributeDefinitions ?? []) as TableDescription['AttributeDefinitions']) {
    const type = findAttributeType(table, one.AttributeName);
    if (type !== undefined && type !== one.AttributeType) {
      throw createValidationError(
        `One or more parameter values were invalid: the type of the key attribute ${one.AttributeName} is ${type}`,
      );
    }
    merged.set(one.AttributeName, one);
  }
  return [...merged.values()];
}

/** An attribute is defined for as long as it is a key of the table or of an index. */
function dropUnusedDefinitions(request: TableRequest): TableRequest {
  const keys = [request, ...listIndexes(request)].flatMap(({ KeySchema }) => KeySchema);
  const used = new Set(keys.map(({ AttributeName }) => AttributeName));
  const AttributeDefinitions = request.AttributeDefinitions.filter(({ AttributeName }) =>
    used.has(AttributeName),
  );
  return { ...request, AttributeDefinitions };
}

function checkChange({ ProvisionedThroughput: current }: TableDescription, asked: Throughput): void {
  const { ReadCapacityUnits, WriteCapacityUnits } = asked;
  if (current?.ReadCapacityUnits !== ReadCapacityUnits || current.WriteCapacityUnits !== WriteCapacityUnits) {
    return;
  }
  throw createValidationError(
    'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
      `Current ReadCapacityUnits provisioned for the table: ${ReadCapacityUnits}. ` +
      `Requested ReadCapacityUnits: ${ReadCapacityUnits}. ` +
      `Current WriteCapacityUnits provisioned for the table: ${WriteCapacityUnits}. ` +
      `Requested WriteCapacityUnits: ${WriteCapacityUnits}. ` +
      'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
  );
}
