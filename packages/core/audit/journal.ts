import type { RowKey, Table, Write } from '../platform/index.ts';

/** What became of the row of an object. */
export interface RowChange {
  readonly id: string;
  /** As this request had read it; undefined when there was none, or none was read. */
  readonly before: object | undefined;
  /** Undefined when it was deleted. */
  readonly after: object | undefined;
}

export interface Journal {
  /** The table, which takes notes. */
  readonly table: Table;
  /** What was changed so far, in order. */
  readonly listChanges: () => readonly RowChange[];
}

/** Rows that hang on an object are no objects. */
const OBJECT = '#';

/** Notes what a request changes for the audit log. It reads nothing by itself: a change is made of what was read before it. */
export function keepJournal(table: Table): Journal {
  const seen = new Map<string, object>();
  const changes: RowChange[] = [];

  function note(key: RowKey, row: object | undefined): void {
    if (key.sk !== OBJECT) return;
    if (row) seen.set(key.pk, row);
    else seen.delete(key.pk);
  }

  function noteWrite(write: Write): void {
    const { key } = write;
    if (key.sk !== OBJECT || write.kind === 'add' || write.kind === 'expire') return;
    const after = write.kind === 'delete' ? undefined : write.body;
    const before = write.kind === 'create' ? undefined : seen.get(key.pk);
    // <tenant>#<noun>#<id>
    changes.push({ id: key.pk.slice(key.pk.lastIndexOf('#') + 1), before, after });
    note(key, after);
  }

  return {
    table: {
      ...table,
      async get<T>(key: RowKey) {
        const row = await table.get<T & object>(key);
        note(key, row);
        return row;
      },
      async getMany<T>(keys: readonly RowKey[]) {
        const rows = await table.getMany<T & object>(keys);
        for (const [position, key] of keys.entries()) note(key, rows[position]);
        return rows;
      },
      async transact(writes: readonly Write[]) {
        await table.transact(writes);
        for (const write of writes) noteWrite(write);
      },
    },
    listChanges: () => changes,
  };
}
