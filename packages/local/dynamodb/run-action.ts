import { repairConditions } from './conditions.ts';
import { buildIndexRowKey, listIndexes } from './derived-rows.ts';
import {
  type Callback,
  type EngineAction,
  type EngineRows,
  type RowRange,
  validationLimits,
} from './dynalite.ts';
import { emitRows } from './emit-rows.ts';
import { createServiceError } from './errors.ts';
import { buildIndexPrefix, buildItemPrefix } from './keys.ts';
import type { Reader } from './reader.ts';
import type { Item, RequestData, TableRecord } from './types.ts';
import type { WriteUnit } from './write-unit.ts';

/**
 * Runs an action of the engine over a reader or a write unit. Whatever the action throws, in its own turn or in
 * a callback, becomes a rejection.
 */
export function runAction(
  action: EngineAction,
  source: Reader | WriteUnit,
  data: RequestData,
): Promise<RequestData> {
  repairConditions(data);
  return new Promise((resolve, reject) => {
    const tables = new Map<string, TableRecord>();

    function settle<Result>(work: Promise<Result>, callback: Callback<Result>): void {
      work.then((result) => callback(null, result), callback).catch(reject);
    }

    async function loadTable(name: string): Promise<TableRecord['description']> {
      const table = await source.getTable(name);
      tables.set(name, table);
      return table.description;
    }

    function getLoadedTable(name: string): TableRecord {
      const table = tables.get(name);
      if (table === undefined) {
        throw createServiceError('ResourceNotFoundException', 'Requested resource not found');
      }
      return table;
    }

    async function setItem(table: string, key: string, item: Item | undefined): Promise<void> {
      if (!('setItem' in source)) throw new Error('A read action tried to write.');
      source.setItem(getLoadedTable(table), key, item);
    }

    function startAfter(table: string, indexName: string, range: RowRange): RowRange {
      const start = data.ExclusiveStartKey;
      const { description } = getLoadedTable(table);
      const index = listIndexes(description).find(({ IndexName }) => IndexName === indexName);
      if (start === undefined || index === undefined) return range;
      const row = buildIndexRowKey(description, index, start as Item);
      return range.reverse === true ? { ...range, lt: row } : { ...range, gt: row };
    }

    function readIndex(kind: string, table: string, index: string, range: RowRange): AsyncGenerator<unknown> {
      const prefix = buildIndexPrefix(table, index);
      const bounds = startAfter(table, index, range);
      return kind === 'global' ? source.readGlobalIndex(prefix, bounds) : source.readValues(prefix, bounds);
    }

    function openRows(table: string, index?: { readonly kind: string; readonly name: string }): EngineRows {
      return {
        get: (key, callback) => settle(source.getItem(table, key) as Promise<Item>, callback),
        put: (key, item, callback) => settle(setItem(table, key, item), callback),
        del: (key, callback) => settle(setItem(table, key, undefined), callback),
        // Writes are serialised by the store, and a request touches an item once.
        lock: (_key, run) => run((callback) => callback),
        createValueStream: (range) =>
          emitRows(
            index !== undefined
              ? readIndex(index.kind, table, index.name, range)
              : source.readValues(buildItemPrefix(table), range),
            reject,
          ),
      };
    }

    const store = {
      ...validationLimits,
      getTable: (
        name: string,
        checkStatus: boolean | Callback<TableRecord['description']>,
        callback?: Callback<TableRecord['description']>,
      ) => settle(loadTable(name), typeof checkStatus === 'function' ? checkStatus : (callback ?? ignore)),
      getItemDb: (table: string) => openRows(table),
      getIndexDb: (kind: string, table: string, name: string) => openRows(table, { kind, name }),
    };

    try {
      action(store, data, (error, result) => (error ? reject(error) : resolve(result ?? {})));
    } catch (error) {
      reject(error);
    }
  });
}

function ignore(): void {}
