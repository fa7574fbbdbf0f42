import { repairConditions } from './conditions.ts';
import { engine, operationValidations, validationLimits } from './dynalite.ts';
import { createValidationError } from './errors.ts';
import { claimToken } from './idempotency-token.ts';
import { attachItemOnFailure, CHECK_FAILURE_TYPE, runDelete, runPut, runUpdate } from './item-operations.ts';
import { measureItem } from './item-size.ts';
import type { Operation, OperationContext } from './operation.ts';
import { sumCapacity } from './transaction-capacity.ts';
import { type CancellationReason, NO_REASON, readReason, throwIfCancelled } from './transaction-errors.ts';
import { checkTransaction, findItemKey } from './transaction-targets.ts';
import type { Item, RequestData } from './types.ts';
import type { WriteUnit } from './write-unit.ts';

const MAX_ACTIONS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

type ActionKind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

interface Action {
  readonly kind: ActionKind;
  readonly data: RequestData;
}

const actionValidations = {
  Put: operationValidations.putItem,
  Update: operationValidations.updateItem,
  Delete: operationValidations.deleteItem,
  ConditionCheck: operationValidations.deleteItem,
};

const runners = { Put: runPut, Update: runUpdate, Delete: runDelete, ConditionCheck: runCheck };

/**
 * TransactWriteItems: up to 100 actions on different items, all or none. Every condition is evaluated, so
 * that the cancellation has a reason for each action.
 */
export const transactWriteItems: Operation = {
  validation: {
    types: {
      ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] },
      ReturnItemCollectionMetrics: { type: 'String', enum: ['SIZE', 'NONE'] },
      ClientRequestToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
      TransactItems: {
        type: 'List',
        notNull: true,
        lengthGreaterThanOrEqual: 1,
        lengthLessThanOrEqual: MAX_ACTIONS,
        children: {
          type: 'ValueStruct<TransactWriteItem>',
          children: {
            Put: buildActionType('Put', ['Item']),
            Update: buildActionType('Update', ['Key', 'UpdateExpression'], 'UpdateExpression'),
            Delete: buildActionType('Delete', ['Key']),
            ConditionCheck: buildActionType('ConditionCheck', ['Key'], 'ConditionExpression'),
          },
        },
      },
    },
    custom: validateActions,
  },
  run: (context, data) => context.store.write((unit) => runTransaction(context, unit, data)),
};

/** `required` is a member the action needs although the operation it is checked like does not. */
function buildActionType(kind: ActionKind, own: readonly string[], required?: string): object {
  const { types } = actionValidations[kind];
  const members = [
    'TableName',
    'ConditionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
  ];
  const children = Object.fromEntries(
    [...members, ...own].map((member) => {
      const type = types[member] as object;
      return [member, member === required ? { ...type, notNull: true } : type];
    }),
  );
  return {
    type: `FieldStruct<${kind}>`,
    children: { ...children, ReturnValuesOnConditionCheckFailure: CHECK_FAILURE_TYPE },
  };
}

function validateActions(request: RequestData): string | undefined {
  for (const members of request.TransactItems as RequestData[]) {
    if (Object.keys(members).length !== 1) {
      return 'TransactItems can only contain one of Check, Put, Update or Delete';
    }
  }
  for (const { kind, data } of listActions(request)) {
    const message = actionValidations[kind].custom?.(data, validationLimits);
    if (message !== undefined) return message;
  }
  return undefined;
}

function listActions(request: RequestData): Action[] {
  return (request.TransactItems as RequestData[]).flatMap((members) =>
    Object.entries(members).map(([kind, data]) => ({ kind: kind as ActionKind, data: data as RequestData })),
  );
}

async function runTransaction(
  { clock, faults }: OperationContext,
  unit: WriteUnit,
  request: RequestData,
): Promise<object> {
  if ((await claimToken(unit, request, clock())) === 'done') return {};
  const actions = listActions(request);
  await checkTransaction(
    faults,
    unit,
    actions.map(({ data }) => data),
  );
  const reasons: CancellationReason[] = [];
  const results: RequestData[] = [];
  for (const { kind, data } of actions) {
    if (request.ReturnConsumedCapacity !== undefined)
      data.ReturnConsumedCapacity = request.ReturnConsumedCapacity;
    try {
      results.push(await runners[kind](unit, data));
      reasons.push(NO_REASON);
    } catch (error) {
      reasons.push(readReason(error));
    }
  }
  throwIfCancelled(reasons);
  await checkSize(unit, actions);
  const capacity = sumCapacity(results);
  return capacity === undefined ? {} : { ConsumedCapacity: capacity };
}

async function checkSize(unit: WriteUnit, actions: readonly Action[]): Promise<void> {
  let bytes = 0;
  for (const { data } of actions) {
    const { description } = await unit.getTable(data.TableName as string);
    const key = findItemKey(data, description);
    const item = key === undefined ? undefined : await unit.getItem(description.TableName, key);
    bytes += item === undefined ? 0 : measureItem(item);
  }
  if (bytes > MAX_TRANSACTION_BYTES) {
    throw createValidationError(
      'Transaction size has exceeded the maximum of 4 MB: the aggregate size of its items',
    );
  }
}

function runCheck(unit: WriteUnit, data: RequestData): Promise<RequestData> {
  return attachItemOnFailure(unit, data, async () => {
    const { description } = await unit.getTable(data.TableName as string);
    const key = data.Key as Item;
    const invalidKey = engine.validateKey(key, description);
    if (invalidKey) throw invalidKey;
    const item = await unit.getItem(description.TableName, engine.createKey(key, description));
    repairConditions(data);
    const failure = engine.checkConditional(data, item);
    if (failure) throw failure;
    return { ConsumedCapacity: engine.addConsumedCapacity(data, false, item) };
  });
}
