import { actions, engine, type OperationValidation, operationValidations } from './dynalite.ts';
import { leaveSome } from './injected-faults.ts';
import { measureItem } from './item-size.ts';
import type { Operation } from './operation.ts';
import type { Reader } from './reader.ts';
import { runAction } from './run-action.ts';
import type { ConsumedCapacity, Item, RequestData } from './types.ts';

/** Bytes of items one BatchGetItem answers. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

type ByTable<Value> = Record<string, Value>;

/** BatchWriteItem: up to 25 puts and deletes. */
export const batchWriteItem: Operation = {
  validation: requireItems('BatchWriteItem', operationValidations.batchWriteItem),
  async run({ store, faults }, data) {
    const { done, left } = leaveSome(faults, listEntries(data.RequestItems as ByTable<object[]>));
    const result = await store.write((unit) =>
      runAction(actions.batchWriteItem, unit, { ...data, RequestItems: groupEntries(done) }),
    );
    return { ...result, UnprocessedItems: groupEntries(left) };
  },
};

function requireItems(operation: string, { types, custom }: OperationValidation): OperationValidation {
  const RequestItems = { ...(types.RequestItems as object), lengthGreaterThanOrEqual: 0 };
  return {
    types: { ...types, RequestItems },
    custom: (data, limits) =>
      Object.keys(data.RequestItems as object).length === 0
        ? `The requestItems parameter is required for ${operation}`
        : custom?.(data, limits),
  };
}

interface TableKeys extends RequestData {
  readonly Keys: Item[];
}

interface Get {
  readonly table: string;
  readonly key: Item;
  readonly storageKey: string;
}

/** BatchGetItem: up to 100 items and 16 MB; items are in no order of the request's. */
export const batchGetItem: Operation = {
  validation: requireItems('BatchGetItem', operationValidations.batchGetItem),
  run: ({ store, faults }, data) =>
    store.read(async (reader) => {
      const gets = await listGets(reader, data.RequestItems as ByTable<TableKeys>);
      const { done, left } = leaveSome(faults, gets);
      return readBatch(reader, data, done, left);
    }),
};

async function listGets(reader: Reader, requests: ByTable<TableKeys>): Promise<Get[]> {
  const gets: Get[] = [];
  for (const [table, { Keys }] of Object.entries(requests)) {
    const { description } = await reader.getTable(table);
    for (const key of Keys) {
      const invalidKey = engine.validateKey(key, description);
      if (invalidKey) throw invalidKey;
      gets.push({ table, key, storageKey: engine.createKey(key, description) });
    }
  }
  // A storage key begins with a hash: this is an order nobody can come to rely on.
  return gets.sort((a, b) => (a.storageKey < b.storageKey ? -1 : 1));
}

async function readBatch(
  reader: Reader,
  data: RequestData,
  gets: readonly Get[],
  left: readonly Get[],
): Promise<object> {
  const requests = data.RequestItems as ByTable<TableKeys>;
  const unprocessed = [...left];
  const found: [string, Item][] = [];
  const units = new Map<string, number>();
  let bytes = 0;
  const results = await Promise.all(
    gets.map(({ table, key }) => {
      const { Keys, ...options } = requests[table] as TableKeys;
      const { ReturnConsumedCapacity } = data;
      return runAction(actions.getItem, reader, {
        ...options,
        TableName: table,
        Key: key,
        ...(ReturnConsumedCapacity === undefined ? {} : { ReturnConsumedCapacity }),
      });
    }),
  );
  for (const [position, get] of gets.entries()) {
    const { Item, ConsumedCapacity } = results[position] as {
      Item?: Item;
      ConsumedCapacity?: ConsumedCapacity;
    };
    bytes += Item === undefined ? 0 : measureItem(Item);
    if (bytes > MAX_ANSWER_BYTES) {
      unprocessed.push(get);
      continue;
    }
    if (Item !== undefined) found.push([get.table, Item]);
    if (ConsumedCapacity !== undefined) {
      units.set(get.table, (units.get(get.table) ?? 0) + ConsumedCapacity.CapacityUnits);
    }
  }
  return {
    Responses: { ...emptyLists(requests), ...groupEntries(found) },
    UnprocessedKeys: describeUnprocessed(requests, unprocessed),
    ...describeCapacity(data, units),
  };
}

function describeUnprocessed(requests: ByTable<TableKeys>, gets: readonly Get[]): ByTable<object> {
  const keys = groupEntries(gets.map(({ table, key }) => [table, key]));
  return Object.fromEntries(
    Object.entries(keys).map(([table, Keys]) => {
      // Members that begin with an underscore are expressions the validation parsed.
      const asked = Object.entries(requests[table] ?? {}).filter(([member]) => !member.startsWith('_'));
      return [table, { ...Object.fromEntries(asked), Keys }];
    }),
  );
}

function describeCapacity(
  { ReturnConsumedCapacity }: RequestData,
  units: ReadonlyMap<string, number>,
): object {
  if (units.size === 0) return {};
  const capacities = Array.from(units, ([TableName, CapacityUnits]) => ({
    TableName,
    CapacityUnits,
    ...(ReturnConsumedCapacity === 'INDEXES' ? { Table: { CapacityUnits } } : {}),
  }));
  return { ConsumedCapacity: capacities };
}

function emptyLists(requests: ByTable<unknown>): ByTable<never[]> {
  return Object.fromEntries(Object.keys(requests).map((table) => [table, []]));
}

function listEntries<Entry>(lists: ByTable<readonly Entry[]>): [string, Entry][] {
  return Object.entries(lists).flatMap(([table, list]) =>
    list.map((entry): [string, Entry] => [table, entry]),
  );
}

function groupEntries<Entry>(entries: readonly (readonly [string, Entry])[]): ByTable<Entry[]> {
  const lists = Map.groupBy(entries, ([table]) => table);
  return Object.fromEntries(Array.from(lists, ([table, list]) => [table, list.map(([, entry]) => entry)]));
}
