import { join } from 'node:path';
import { openDatabase, transact } from '../sqlite.ts';
import type { Segment } from './blobs.ts';
import { formatSequencer, type QueuedMessage } from './notifications.ts';
import {
  checkWritePrecondition,
  type ObjectRecord,
  type PartRecord,
  type UploadRecord,
  type WritePrecondition,
} from './records.ts';

/** Raised with every change of the tables below. */
const SCHEMA_VERSION = 2;
/** Keys are BLOBs: S3 orders by UTF-8 bytes, and a key may hold a NUL. A record is JSON. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS objects (
  bucket TEXT, key BLOB, record TEXT NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, bucket TEXT, key BLOB, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT, number INTEGER, record TEXT NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (
  bucket TEXT, name TEXT, record TEXT NOT NULL, PRIMARY KEY (bucket, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sequence (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
INSERT OR IGNORE INTO sequence VALUES (1, 0);
`;

/** Makes the messages of a change from its sequencer, inside the transaction of the change. */
export type PlanMessages = (sequencer: string) => readonly QueuedMessage[];
export type Store = ReturnType<typeof openStore>;

/**
 * Everything but the bytes: objects, open uploads, settings of buckets and the outbox, held by one process at a time.
 * A commit survives the process being killed; `synchronous = NORMAL` means the last commits may be lost when the
 * machine itself loses power. Throws `DataFolderError` when the file is damaged or of another version.
 */
export function openStore(dataDir: string) {
  const options = { schema: SCHEMA, version: SCHEMA_VERSION, exclusive: true };
  const database = openDatabase(join(dataDir, 's3.db'), options);
  const sql = (text: string) => database.prepare(text);
  const selectObject = sql('SELECT record FROM objects WHERE bucket = ? AND key = ?');
  const replaceObject = sql('INSERT OR REPLACE INTO objects VALUES (?, ?, ?)');
  const removeObject = sql('DELETE FROM objects WHERE bucket = ? AND key = ?');
  const selectObjects = sql('SELECT record FROM objects WHERE bucket = ? AND key >= ? ORDER BY key LIMIT ?');
  const selectObjectsBelow = sql(
    'SELECT record FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
  );
  const insertUpload = sql('INSERT INTO uploads VALUES (?, ?, ?, ?)');
  const selectUpload = sql('SELECT record FROM uploads WHERE id = ?');
  const selectUploads = sql('SELECT record FROM uploads WHERE bucket = ? ORDER BY key, id');
  const removeUpload = sql('DELETE FROM uploads WHERE id = ?');
  const selectParts = sql('SELECT record FROM parts WHERE upload = ? ORDER BY number');
  const selectPart = sql('SELECT record FROM parts WHERE upload = ? AND number = ?');
  const replacePart = sql('INSERT OR REPLACE INTO parts VALUES (?, ?, ?)');
  const removeParts = sql('DELETE FROM parts WHERE upload = ?');
  const selectSetting = sql('SELECT record FROM settings WHERE bucket = ? AND name = ?');
  const replaceSetting = sql('INSERT OR REPLACE INTO settings VALUES (?, ?, ?)');
  const insertMessage = sql('INSERT INTO outbox (queue, body) VALUES (?, ?)');
  const selectMessages = sql('SELECT id, queue, body FROM outbox WHERE id > ? ORDER BY id LIMIT ?');
  const removeMessage = sql('DELETE FROM outbox WHERE id = ?');
  const advance = sql('UPDATE sequence SET value = value + 1 WHERE id = 1 RETURNING value');

  const commit = <T>(work: () => T) => transact(database, work);

  const getObject = (bucket: string, key: string) =>
    readRecord<ObjectRecord>(selectObject.get(bucket, Buffer.from(key)));

  const listParts = (id: string) => selectParts.all(id).map((row) => parseRecord<PartRecord>(row));

  function writeObject(record: ObjectRecord): void {
    replaceObject.run(record.bucket, Buffer.from(record.key), JSON.stringify(record));
  }

  function addMessages(messages: readonly QueuedMessage[]): void {
    for (const { queue, body } of messages) insertMessage.run(queue, body);
  }

  function addEvent(plan: PlanMessages): void {
    addMessages(plan(formatSequencer(Number(advance.get()?.value))));
  }

  function forgetUpload(id: string): void {
    removeParts.run(id);
    removeUpload.run(id);
  }

  return {
    close: () => database.close(),
    getObject,
    /** Writes an object and its messages, or throws the precondition's error. Returns the segments replaced. */
    putObject(record: ObjectRecord, precondition: WritePrecondition, plan: PlanMessages): readonly Segment[] {
      return commit(() => {
        const current = getObject(record.bucket, record.key);
        checkWritePrecondition(precondition, current);
        if (record.uploadId !== undefined) forgetUpload(record.uploadId);
        writeObject(record);
        addEvent(plan);
        return current?.segments ?? [];
      });
    },
    /** Writes an object again whose bytes did not change, without an event. */
    updateObject: writeObject,
    /** Removes an object if there is one, with its messages. Returns the segments freed. */
    deleteObject(
      bucket: string,
      key: string,
      precondition: WritePrecondition,
      plan: PlanMessages,
    ): readonly Segment[] {
      return commit(() => {
        const current = getObject(bucket, key);
        checkWritePrecondition(precondition, current);
        if (!current) return [];
        removeObject.run(bucket, Buffer.from(key));
        addEvent(plan);
        return current.segments;
      });
    },
    /** Up to `limit` objects whose key, as bytes, is at or above `from` and below `to`, in order, read as taken. */
    *scanObjects(bucket: string, from: Uint8Array, to: Uint8Array | undefined, limit: number) {
      const rows = to
        ? selectObjectsBelow.iterate(bucket, from, to, limit)
        : selectObjects.iterate(bucket, from, limit);
      for (const row of rows) yield parseRecord<ObjectRecord>(row);
    },

    createUpload(upload: UploadRecord): void {
      insertUpload.run(upload.id, upload.bucket, Buffer.from(upload.key), JSON.stringify(upload));
    },
    getUpload: (id: string) => readRecord<UploadRecord>(selectUpload.get(id)),
    /** By key, then in order of creation. */
    listUploads: (bucket: string) => selectUploads.all(bucket).map((row) => parseRecord<UploadRecord>(row)),
    /** Writes a part over any of the same number. Returns the segments replaced, undefined without the upload. */
    putPart(id: string, part: PartRecord): readonly Segment[] | undefined {
      return commit(() => {
        if (!selectUpload.get(id)) return undefined;
        const current = readRecord<PartRecord>(selectPart.get(id, part.number));
        replacePart.run(id, part.number, JSON.stringify(part));
        return current ? [current] : [];
      });
    },
    /** In ascending order of number. */
    listParts,
    /** Forgets an upload and returns its parts' segments. */
    abortUpload(id: string): readonly Segment[] {
      return commit(() => {
        const parts = listParts(id);
        forgetUpload(id);
        return parts;
      });
    },

    getSetting: <T>(bucket: string, name: string) => readRecord<T>(selectSetting.get(bucket, name)),
    putSetting(bucket: string, name: string, value: unknown, messages: readonly QueuedMessage[] = []): void {
      commit(() => {
        replaceSetting.run(bucket, name, JSON.stringify(value));
        addMessages(messages);
      });
    },

    listMessages: (after: number, limit: number) =>
      selectMessages.all(after, limit) as unknown as (QueuedMessage & { readonly id: number })[],
    removeMessage: (id: number) => void removeMessage.run(id),

    /** Every blob that is referred to, and by what. */
    listBlobs(): ReadonlyMap<string, string> {
      const blobs = new Map<string, string>();
      for (const row of sql('SELECT record FROM objects').iterate()) {
        const { bucket, key, segments } = parseRecord<ObjectRecord>(row);
        for (const { blob } of segments) blobs.set(blob, `the object ${key} of ${bucket}`);
      }
      for (const row of sql('SELECT record FROM parts').iterate()) {
        blobs.set(parseRecord<PartRecord>(row).blob, 'a part of an open upload');
      }
      return blobs;
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

function parseRecord<T>(row: Row): T {
  return JSON.parse(String(row.record)) as T;
}

function readRecord<T>(row: Row | undefined): T | undefined {
  return row && parseRecord<T>(row);
}
