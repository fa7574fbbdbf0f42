import { checkKeys, deriveRows, describeDerivedRows } from './derived-rows.ts';
import { engine, MAX_ITEM_BYTES } from './dynalite.ts';
import { createValidationError } from './errors.ts';
import { measureItem } from './item-size.ts';
import { buildItemPrefix, buildTableKey } from './keys.ts';
import type { Database, Reader } from './reader.ts';
import type { Item, TableRecord } from './types.ts';

/**
 * The writes of one request, kept in memory until `commit` hands all of them to LevelDB in one batch.
 * `getItem` sees them; `readValues` and `readKeys` see the state before.
 */
export interface WriteUnit extends Reader {
  /** Puts an item, or deletes it when there is none. Throws a ValidationException on bad index keys or size. */
  setItem(table: TableRecord, key: string, item: Item | undefined): void;
  /** The item as it was before this unit. */
  getOriginal(table: string, key: string): Promise<Item | undefined>;
  setTable(table: TableRecord): void;
  /** Deletes a table with everything in it. */
  deleteTable(table: TableRecord): Promise<void>;
  /** Replaces a table's record; makes and deletes index and expiry rows as it asks for. */
  changeTable(before: TableRecord, after: TableRecord): Promise<void>;
  setValue(key: string, value: unknown): void;
  changesItems(): boolean;
  deleteValue(key: string): void;
  commit(): Promise<void>;
}

interface ItemChange {
  readonly table: TableRecord;
  readonly key: string;
  readonly item: Item | undefined;
}

type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

/** `reader` reads the database directly: the caller holds the write lock until the unit is committed or dropped. */
export function createWriteUnit(database: Database, reader: Reader): WriteUnit {
  const originals = new Map<string, Promise<Item | undefined>>();
  const changes = new Map<string, ItemChange>();
  const operations: Operation[] = [];

  function getOriginal(table: string, key: string): Promise<Item | undefined> {
    const row = buildItemPrefix(table) + key;
    let original = originals.get(row);
    if (original === undefined) {
      original = reader.getItem(table, key);
      originals.set(row, original);
    }
    return original;
  }

  async function getItem(table: string, key: string): Promise<Item | undefined> {
    const change = changes.get(buildItemPrefix(table) + key);
    // A copy: the engine changes what it is given.
    return structuredClone(change === undefined ? await getOriginal(table, key) : change.item);
  }

  function setItem(table: TableRecord, key: string, item: Item | undefined): void {
    if (item !== undefined) {
      checkKeys(table.description, item);
      if (measureItem(item) > MAX_ITEM_BYTES) {
        throw createValidationError('Item size has exceeded the maximum allowed size');
      }
    }
    changes.set(buildItemPrefix(table.description.TableName) + key, { table, key, item });
  }

  function setValue(key: string, value: unknown): void {
    operations.push({ type: 'put', key, value });
  }

  function deleteValue(key: string): void {
    operations.push({ type: 'del', key });
  }

  async function deleteRows(prefix: string): Promise<void> {
    for await (const key of reader.readKeys(prefix)) deleteValue(prefix + key);
  }

  async function deleteTable(table: TableRecord): Promise<void> {
    const name = table.description.TableName;
    for (const prefix of [buildItemPrefix(name), ...describeDerivedRows(table).keys()])
      await deleteRows(prefix);
    deleteValue(buildTableKey(name));
  }

  async function changeTable(before: TableRecord, after: TableRecord): Promise<void> {
    const old = describeDerivedRows(before);
    const next = describeDerivedRows(after);
    for (const [prefix, shape] of old) if (next.get(prefix) !== shape) await deleteRows(prefix);
    const fresh = [...next.keys()].filter((prefix) => old.get(prefix) !== next.get(prefix));
    if (fresh.length > 0) await fillRows(after, fresh);
    setValue(buildTableKey(after.description.TableName), after);
  }

  async function fillRows(table: TableRecord, prefixes: readonly string[]): Promise<void> {
    const { description } = table;
    for await (const value of reader.readValues(buildItemPrefix(description.TableName), {})) {
      const item = value as Item;
      for (const [key, row] of deriveRows(table, engine.createKey(item, description), item)) {
        if (prefixes.some((prefix) => key.startsWith(prefix))) setValue(key, row);
      }
    }
  }

  async function addItemOperations(row: string, { table, key, item }: ItemChange): Promise<void> {
    const original = await getOriginal(table.description.TableName, key);
    const before = original === undefined ? [] : deriveRows(table, key, original).keys();
    const after = item === undefined ? new Map<string, unknown>() : deriveRows(table, key, item);
    for (const stale of before) if (!after.has(stale)) deleteValue(stale);
    for (const [derived, value] of after) setValue(derived, value);
    if (item === undefined) deleteValue(row);
    else setValue(row, item);
  }

  async function commit(): Promise<void> {
    for (const [row, change] of changes) await addItemOperations(row, change);
    if (operations.length > 0) await database.batch(operations);
  }

  return {
    ...reader,
    getItem,
    getOriginal,
    setItem,
    setTable: (table) => setValue(buildTableKey(table.description.TableName), table),
    deleteTable,
    changeTable,
    setValue,
    deleteValue,
    changesItems: () => changes.size > 0,
    commit,
  };
}
