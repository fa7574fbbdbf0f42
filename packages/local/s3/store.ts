import type { DatabaseSync } from 'node:sqlite';
import type { Segment } from './blobs.ts';
import type { Checksum } from './checksums.ts';
import { runInTransaction } from './database.ts';
import { formatSequencer, type QueuedMessage } from './notifications.ts';
import {
  checkWritePrecondition,
  type ObjectAttributes,
  type ObjectRecord,
  type WritePrecondition,
} from './object-record.ts';

interface ObjectRow {
  readonly bucket: string;
  readonly key: Uint8Array;
  readonly segments: string;
  readonly size: number;
  readonly etag: string;
  readonly last_modified: number;
  readonly attributes: string;
  readonly checksum: string;
  readonly parts: number;
}

/** Makes the messages of a change from its sequencer, inside the transaction of the change. */
export type PlanMessages = (sequencer: string) => readonly QueuedMessage[];

export interface Store {
  getObject(bucket: string, key: string): ObjectRecord | undefined;
  /** Writes an object and its messages, or throws the precondition's error. Returns the segments replaced. */
  putObject(
    record: ObjectRecord,
    precondition: WritePrecondition,
    plan: PlanMessages,
    also?: () => void,
  ): readonly Segment[];
  /** Removes an object if there is one, with its messages. Returns the segments freed. */
  deleteObject(
    bucket: string,
    key: string,
    precondition: WritePrecondition,
    plan: PlanMessages,
  ): readonly Segment[];
  /** Up to `limit` objects whose key, as bytes, is at or above `from` and below `to`, in order, read as taken. */
  scanObjects(
    bucket: string,
    from: Uint8Array,
    to: Uint8Array | undefined,
    limit: number,
  ): Iterable<ObjectRecord>;
  /** The first object of such a range. */
  findFirst(bucket: string, from: Uint8Array, to: Uint8Array | undefined): ObjectRecord | undefined;
}

function readRow(row: ObjectRow): ObjectRecord {
  return {
    bucket: row.bucket,
    key: Buffer.from(row.key).toString('utf8'),
    segments: JSON.parse(row.segments) as Segment[],
    size: row.size,
    etag: row.etag,
    lastModified: row.last_modified,
    attributes: JSON.parse(row.attributes) as ObjectAttributes,
    checksum: JSON.parse(row.checksum) as Checksum,
    parts: row.parts,
  };
}

/** Objects by bucket and key. `addMessages` writes a change's messages in the same transaction. */
export function openStore(
  database: DatabaseSync,
  addMessages: (messages: readonly QueuedMessage[]) => void,
): Store {
  const select = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?');
  const replace = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?');
  const scanBelow = database.prepare(
    'SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
  );
  const scanAll = database.prepare(
    'SELECT * FROM objects WHERE bucket = ? AND key >= ? ORDER BY key LIMIT ?',
  );
  const advance = database.prepare('UPDATE sequence SET value = value + 1 WHERE id = 1 RETURNING value');

  function getObject(bucket: string, key: string): ObjectRecord | undefined {
    const row = select.get(bucket, Buffer.from(key)) as ObjectRow | undefined;
    return row && readRow(row);
  }

  function addEvent(plan: PlanMessages): void {
    const row = advance.get() as { value: number };
    addMessages(plan(formatSequencer(row.value)));
  }

  function* scanObjects(
    bucket: string,
    from: Uint8Array,
    to: Uint8Array | undefined,
    limit: number,
  ): Generator<ObjectRecord> {
    const rows = to ? scanBelow.iterate(bucket, from, to, limit) : scanAll.iterate(bucket, from, limit);
    for (const row of rows) yield readRow(row as unknown as ObjectRow);
  }

  return {
    getObject,
    scanObjects,
    findFirst: (bucket, from, to) => [...scanObjects(bucket, from, to, 1)][0],
    putObject(record, precondition, plan, also) {
      return runInTransaction(database, () => {
        const current = getObject(record.bucket, record.key);
        checkWritePrecondition(precondition, current);
        also?.();
        replace.run(
          record.bucket,
          Buffer.from(record.key),
          JSON.stringify(record.segments),
          record.size,
          record.etag,
          record.lastModified,
          JSON.stringify(record.attributes),
          JSON.stringify(record.checksum),
          record.parts,
        );
        addEvent(plan);
        return current?.segments ?? [];
      });
    },
    deleteObject(bucket, key, precondition, plan) {
      return runInTransaction(database, () => {
        const current = getObject(bucket, key);
        checkWritePrecondition(precondition, current);
        if (!current) return [];
        remove.run(bucket, Buffer.from(key));
        addEvent(plan);
        return current.segments;
      });
    },
  };
}

/** Tells which blobs an object or an open upload's part refers to. */
export function listReferencedBlobs(database: DatabaseSync): ReadonlySet<string> {
  const blobs = new Set<string>();
  for (const row of database.prepare('SELECT segments FROM objects').iterate()) {
    for (const { blob } of JSON.parse(String(row.segments)) as Segment[]) blobs.add(blob);
  }
  for (const row of database.prepare('SELECT blob FROM parts').iterate()) blobs.add(String(row.blob));
  return blobs;
}
