import { actions, operationValidations, validationLimits } from './dynalite.ts';
import type { Operation } from './operation.ts';
import type { Reader } from './reader.ts';
import { runAction } from './run-action.ts';
import { sumCapacity } from './transaction-capacity.ts';
import { type CancellationReason, NO_REASON, readReason, throwIfCancelled } from './transaction-errors.ts';
import { checkTransaction } from './transaction-targets.ts';
import type { RequestData } from './types.ts';

const MAX_GETS = 100;

const { types } = operationValidations.getItem;

/** TransactGetItems: up to 100 items as they are at one moment. */
export const transactGetItems: Operation = {
  validation: {
    types: {
      ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] },
      TransactItems: {
        type: 'List',
        notNull: true,
        lengthGreaterThanOrEqual: 1,
        lengthLessThanOrEqual: MAX_GETS,
        children: {
          type: 'ValueStruct<TransactGetItem>',
          children: {
            Get: {
              type: 'FieldStruct<Get>',
              notNull: true,
              children: {
                TableName: types.TableName,
                Key: types.Key,
                ProjectionExpression: types.ProjectionExpression,
                ExpressionAttributeNames: types.ExpressionAttributeNames,
              },
            },
          },
        },
      },
    },
    custom: validateGets,
  },
  run: ({ store, faults }, data) =>
    store.read(async (reader) => {
      const gets = listGets(data);
      await checkTransaction(faults, reader, gets);
      return readItems(reader, data, gets);
    }),
};

function listGets(request: RequestData): RequestData[] {
  return (request.TransactItems as { Get: RequestData }[]).map(({ Get }) => Get);
}

function validateGets(request: RequestData): string | undefined {
  for (const data of listGets(request)) {
    const message = operationValidations.getItem.custom?.(data, validationLimits);
    if (message !== undefined) return message;
  }
  return undefined;
}

async function readItems(
  reader: Reader,
  request: RequestData,
  gets: readonly RequestData[],
): Promise<object> {
  const reasons: CancellationReason[] = [];
  const results: RequestData[] = [];
  for (const data of gets) {
    const capacity = request.ReturnConsumedCapacity;
    const asked = capacity === undefined ? {} : { ReturnConsumedCapacity: capacity, ConsistentRead: true };
    try {
      results.push(await runAction(actions.getItem, reader, { ...data, ...asked }));
      reasons.push(NO_REASON);
    } catch (error) {
      reasons.push(readReason(error));
    }
  }
  throwIfCancelled(reasons);
  const capacity = sumCapacity(results);
  const Responses = results.map(({ Item }) => (Item === undefined ? {} : { Item }));
  return capacity === undefined ? { Responses } : { Responses, ConsumedCapacity: capacity };
}
