import type { DatabaseSync } from 'node:sqlite';
import type { Segment } from './blobs.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import { runInTransaction } from './database.ts';
import type { ObjectAttributes } from './object-record.ts';

export interface UploadRecord {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly initiated: number;
  readonly attributes: ObjectAttributes;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
  /** True when the client named the algorithm; parts must then carry it where it is COMPOSITE. */
  readonly isExplicit: boolean;
}

export interface PartRecord {
  /** 1 to 10,000. */
  readonly number: number;
  readonly blob: string;
  readonly size: number;
  /** Hex MD5. */
  readonly etag: string;
  /** Base64 of the upload's algorithm. */
  readonly checksum: string;
  readonly lastModified: number;
}

export interface UploadStore {
  create(upload: UploadRecord): void;
  get(id: string): UploadRecord | undefined;
  list(bucket: string): readonly UploadRecord[];
  /** Writes a part over any of the same number. Returns the segments replaced, undefined without the upload. */
  putPart(id: string, part: PartRecord): readonly Segment[] | undefined;
  /** Parts in ascending order of number. */
  listParts(id: string): readonly PartRecord[];
  /** Forgets an upload and its parts. Opens no transaction of its own. */
  forget(id: string): void;
  /** Forgets an upload and returns its parts' segments. */
  abort(id: string): readonly Segment[];
}

interface UploadRow {
  readonly id: string;
  readonly bucket: string;
  readonly key: Uint8Array;
  readonly initiated: number;
  readonly attributes: string;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksum_type: ChecksumType;
  readonly explicit: number;
}

function readUpload(row: UploadRow): UploadRecord {
  return {
    id: row.id,
    bucket: row.bucket,
    key: Buffer.from(row.key).toString('utf8'),
    initiated: row.initiated,
    attributes: JSON.parse(row.attributes) as ObjectAttributes,
    algorithm: row.algorithm,
    checksumType: row.checksum_type,
    isExplicit: row.explicit === 1,
  };
}

/** Multipart uploads that are neither completed nor aborted. */
export function openUploadStore(database: DatabaseSync): UploadStore {
  const insert = database.prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const select = database.prepare('SELECT * FROM uploads WHERE id = ?');
  const selectAll = database.prepare('SELECT * FROM uploads WHERE bucket = ? ORDER BY key, initiated, id');
  const removeUpload = database.prepare('DELETE FROM uploads WHERE id = ?');
  const removeParts = database.prepare('DELETE FROM parts WHERE upload = ?');
  const replacePart = database.prepare('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)');
  const selectPart = database.prepare('SELECT blob, size FROM parts WHERE upload = ? AND number = ?');
  const selectParts = database.prepare(
    'SELECT number, blob, size, etag, checksum, last_modified AS lastModified FROM parts WHERE upload = ? ORDER BY number',
  );

  function listParts(id: string): PartRecord[] {
    return selectParts.all(id) as unknown as PartRecord[];
  }

  function forget(id: string): void {
    removeParts.run(id);
    removeUpload.run(id);
  }

  return {
    listParts,
    forget,
    create(upload) {
      insert.run(
        upload.id,
        upload.bucket,
        Buffer.from(upload.key),
        upload.initiated,
        JSON.stringify(upload.attributes),
        upload.algorithm,
        upload.checksumType,
        upload.isExplicit ? 1 : 0,
      );
    },
    get(id) {
      const row = select.get(id) as UploadRow | undefined;
      return row && readUpload(row);
    },
    list: (bucket) => (selectAll.all(bucket) as unknown as UploadRow[]).map(readUpload),
    putPart(id, part) {
      return runInTransaction(database, () => {
        if (!select.get(id)) return undefined;
        const current = selectPart.get(id, part.number) as Segment | undefined;
        const { number, blob, size, etag, checksum, lastModified } = part;
        replacePart.run(id, number, blob, size, etag, checksum, lastModified);
        return current ? [current] : [];
      });
    },
    abort(id) {
      return runInTransaction(database, () => {
        const parts = listParts(id);
        forget(id);
        return parts;
      });
    },
  };
}
