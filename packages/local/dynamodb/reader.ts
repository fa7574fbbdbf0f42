import type { ClassicLevel, Snapshot } from 'classic-level';
import type { RowRange } from './dynalite.ts';
import { createServiceError } from './errors.ts';
import { buildItemPrefix, buildPrefixEnd, buildTableKey } from './keys.ts';
import type { Item, TableRecord } from './types.ts';

/** LevelDB with JSON values. */
export type Database = ClassicLevel<string, unknown>;

/** Reads of one moment: from a snapshot, or from the database while the write lock is held. */
export interface Reader {
  /** The table, or nothing. */
  findTable(name: string): Promise<TableRecord | undefined>;
  /** The table, or ResourceNotFoundException. */
  getTable(name: string): Promise<TableRecord>;
  getItem(table: string, key: string): Promise<Item | undefined>;
  /** A value stored under a key, or nothing. */
  getValue(key: string): Promise<unknown>;
  /** Values of the rows whose keys begin with `prefix`, in key order; the bounds are without the prefix. */
  readValues(prefix: string, range: RowRange): AsyncGenerator<unknown>;
  /** Like `readValues`, for rows of a global index, which may show an earlier moment. */
  readGlobalIndex(prefix: string, range: RowRange): AsyncGenerator<unknown>;
  /** Keys, without the prefix, of the rows whose keys begin with `prefix`, in key order. */
  readKeys(prefix: string, range?: RowRange): AsyncGenerator<string>;
}

const ROWS_PER_READ = 100;

/** `indexSnapshot` is what global indexes are read from; `snapshot` if absent. */
export function createReader(database: Database, snapshot?: Snapshot, indexSnapshot = snapshot): Reader {
  const options = at(snapshot);
  const tables = new Map<string, Promise<TableRecord | undefined>>();

  /** LevelDB answers from memory nearly always: a thread of its own would take longer than the read. */
  async function getValue(key: string): Promise<unknown> {
    return database.getSync(key, options);
  }

  function findTable(name: string): Promise<TableRecord | undefined> {
    let table = tables.get(name);
    if (table === undefined) {
      table = getValue(buildTableKey(name)) as Promise<TableRecord | undefined>;
      tables.set(name, table);
    }
    return table;
  }

  async function getTable(name: string): Promise<TableRecord> {
    const table = await findTable(name);
    if (table === undefined) {
      throw createServiceError('ResourceNotFoundException', 'Requested resource not found');
    }
    return table;
  }

  async function* readValues(prefix: string, range: RowRange): AsyncGenerator<unknown> {
    yield* readAll(database.values({ ...options, ...addPrefix(prefix, range) }));
  }

  async function* readGlobalIndex(prefix: string, range: RowRange): AsyncGenerator<unknown> {
    yield* readAll(database.values({ ...at(indexSnapshot), ...addPrefix(prefix, range) }));
  }

  async function* readKeys(prefix: string, range: RowRange = {}): AsyncGenerator<string> {
    for await (const key of readAll(database.keys({ ...options, ...addPrefix(prefix, range) }))) {
      yield key.slice(prefix.length);
    }
  }

  return {
    findTable,
    getTable,
    getItem: (table, key) => getValue(buildItemPrefix(table) + key) as Promise<Item | undefined>,
    getValue,
    readValues,
    readGlobalIndex,
    readKeys,
  };
}

function at(snapshot: Snapshot | undefined): { snapshot?: Snapshot } {
  return snapshot === undefined ? {} : { snapshot };
}

function addPrefix(prefix: string, range: RowRange): RowRange {
  const bounds: RowRange = { reverse: range.reverse ?? false, limit: range.limit ?? -1 };
  if (range.gt !== undefined) bounds.gt = prefix + range.gt;
  else bounds.gte = prefix + (range.gte ?? '');
  if (range.lte !== undefined) bounds.lte = prefix + range.lte;
  else bounds.lt = range.lt === undefined ? buildPrefixEnd(prefix) : prefix + range.lt;
  return bounds;
}

interface Rows<Row> {
  nextv(size: number): Promise<Row[]>;
  close(): Promise<void>;
}

async function* readAll<Row>(rows: Rows<Row>): AsyncGenerator<Row> {
  try {
    for (;;) {
      const batch = await rows.nextv(ROWS_PER_READ);
      if (batch.length === 0) return;
      yield* batch;
    }
  } finally {
    await rows.close();
  }
}
