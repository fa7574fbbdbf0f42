import { batchGetItem, batchWriteItem } from './batches.ts';
import {
  actions,
  type EngineAction,
  engine,
  type OperationValidation,
  operationValidations,
} from './dynalite.ts';
import { createValidationError, isApiError, readShortType } from './errors.ts';
import type { Operation } from './operation.ts';
import { queryValidation, scanValidation } from './read-checks.ts';
import type { Reader } from './reader.ts';
import { runAction } from './run-action.ts';
import type { Item, RequestData } from './types.ts';
import { orderRemovals } from './update-order.ts';
import type { WriteUnit } from './write-unit.ts';

export const CHECK_FAILURE_TYPE = { type: 'String', enum: ['ALL_OLD', 'NONE'] };

/** The operations on items that are no transaction. */
export const itemOperations: Readonly<Record<string, Operation>> = {
  PutItem: createWriteOperation(operationValidations.putItem, runPut),
  UpdateItem: createWriteOperation(operationValidations.updateItem, runUpdate),
  DeleteItem: createWriteOperation(operationValidations.deleteItem, runDelete),
  BatchWriteItem: batchWriteItem,
  GetItem: createReadOperation(operationValidations.getItem, actions.getItem),
  BatchGetItem: batchGetItem,
  Query: createReadOperation(queryValidation, actions.query),
  Scan: {
    validation: scanValidation,
    run: ({ store }, data) =>
      store.read(async (reader) => {
        await checkConsistency(reader, data);
        return runAction(actions.scan, reader, data);
      }),
  },
};

/** The engine refuses a consistent Query of a global index, but not a Scan. */
async function checkConsistency(reader: Reader, data: RequestData): Promise<void> {
  if (data.ConsistentRead !== true || data.IndexName === undefined) return;
  const { description } = await reader.getTable(data.TableName as string);
  if (description.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === data.IndexName)) {
    throw createValidationError('Consistent reads are not supported on global secondary indexes');
  }
}

type UnitAction = (unit: WriteUnit, data: RequestData) => Promise<RequestData>;

export function runPut(unit: WriteUnit, data: RequestData): Promise<RequestData> {
  return runConditional(actions.putItem, unit, data);
}

export function runUpdate(unit: WriteUnit, data: RequestData): Promise<RequestData> {
  orderRemovals(data);
  return runConditional(actions.updateItem, unit, data);
}

export function runDelete(unit: WriteUnit, data: RequestData): Promise<RequestData> {
  return runConditional(actions.deleteItem, unit, data);
}

/** Runs a check or write; a failed condition's error carries the item if the request asks for it. */
export async function attachItemOnFailure<Result>(
  unit: WriteUnit,
  data: RequestData,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isFailedCheck = isApiError(error) && readShortType(error) === 'ConditionalCheckFailedException';
    if (isFailedCheck && data.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') {
      const { description } = await unit.getTable(data.TableName as string);
      const key = engine.createKey((data.Key ?? data.Item) as Item, description);
      const item = await unit.getOriginal(description.TableName, key);
      if (item !== undefined) error.body.Item = item;
    }
    throw error;
  }
}

async function runConditional(
  action: EngineAction,
  unit: WriteUnit,
  data: RequestData,
): Promise<RequestData> {
  const result = await attachItemOnFailure(unit, data, () => runAction(action, unit, data));
  return { ...result, ...(await describeCollection(unit, data)) };
}

/** Only tables with local indexes have item collections; none of them gets near a gigabyte here. */
async function describeCollection(unit: WriteUnit, data: RequestData): Promise<object> {
  if (data.ReturnItemCollectionMetrics !== 'SIZE') return {};
  const { description } = await unit.getTable(data.TableName as string);
  const name = description.KeySchema[0]?.AttributeName ?? '';
  if (description.LocalSecondaryIndexes === undefined) return {};
  const ItemCollectionKey = { [name]: ((data.Key ?? data.Item) as Item)[name] };
  return { ItemCollectionMetrics: { ItemCollectionKey, SizeEstimateRangeGB: [0, 1] } };
}

function createWriteOperation(validation: OperationValidation, action: UnitAction): Operation {
  const types = { ...validation.types, ReturnValuesOnConditionCheckFailure: CHECK_FAILURE_TYPE };
  return {
    validation: { ...validation, types },
    run: ({ store }, data) => store.write((unit) => action(unit, data)),
  };
}

function createReadOperation(validation: OperationValidation, action: EngineAction): Operation {
  return { validation, run: ({ store }, data) => store.read((reader) => runAction(action, reader, data)) };
}
