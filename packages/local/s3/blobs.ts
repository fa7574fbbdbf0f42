import { randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDamage } from '../damage.ts';

/** A run of an object's bytes: one for a plain upload, one per part for a multipart one. */
export interface Segment {
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
}

/** Bytes written aside, not yet a blob. */
export interface Draft {
  readonly size: number;
  /** Puts the bytes among the blobs and returns the blob's name. */
  keep(): string;
  discard(): void;
}

export type Blobs = ReturnType<typeof openBlobs>;

/**
 * A folder of blobs under random names, so that no key ever becomes a file name. `referenced` says which blobs there
 * must be, and whose: what else a crash left behind is deleted here, and a missing one throws `DataFolderError`.
 */
export function openBlobs(dataDir: string, referenced: ReadonlyMap<string, string>) {
  const blobsDir = join(dataDir, 'blobs');
  const draftsDir = join(dataDir, 'tmp');
  const locate = (blob: string) => join(blobsDir, blob);
  rmSync(draftsDir, { recursive: true, force: true });
  for (const folder of [draftsDir, blobsDir]) mkdirSync(folder, { recursive: true });
  const present = new Set(readdirSync(blobsDir));
  for (const [blob, owner] of referenced) {
    if (!present.has(blob)) throw describeDamage(locate(blob), `is missing; it held bytes of ${owner}`);
  }
  for (const blob of present) if (!referenced.has(blob)) rmSync(locate(blob));

  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  function deleteUnread(blob: string): void {
    if (readers.has(blob)) doomed.add(blob);
    else rmSync(locate(blob), { force: true });
  }

  function release(blob: string): void {
    const left = (readers.get(blob) ?? 1) - 1;
    if (left > 0) {
      readers.set(blob, left);
      return;
    }
    readers.delete(blob);
    if (doomed.delete(blob)) deleteUnread(blob);
  }

  return {
    /** Writes a source to a temporary file; when the source fails, nothing stays and the failure is rethrown. */
    async write(source: AsyncIterable<Uint8Array>): Promise<Draft> {
      const name = randomBytes(16).toString('hex');
      const path = join(draftsDir, name);
      const discard = () => rmSync(path, { force: true });
      const file = await open(path, 'wx');
      let size = 0;
      try {
        for await (const piece of source) {
          await file.writeFile(piece);
          size += piece.length;
        }
      } catch (error) {
        discard();
        throw error;
      } finally {
        await file.close();
      }
      const keep = () => {
        renameSync(path, locate(name));
        return name;
      };
      return { size, keep, discard };
    },
    /** Keeps these blobs from deletion until the returned function is called. */
    hold(segments: readonly Segment[]): () => void {
      for (const { blob } of segments) readers.set(blob, (readers.get(blob) ?? 0) + 1);
      let held = true;
      return () => {
        if (held) for (const { blob } of segments) release(blob);
        held = false;
      };
    },
    /** Says which file has not the bytes it should have, if any. */
    findDamage(segments: readonly Segment[]): string | undefined {
      const damaged = segments.find(
        ({ blob, size }) => statSync(locate(blob), { throwIfNoEntry: false })?.size !== size,
      );
      return damaged && describeDamage(locate(damaged.blob), `has not its ${damaged.size} bytes`).message;
    },
    /** Bytes `start` up to, not including, `end` of the segments put together. */
    async *read(segments: readonly Segment[], start: number, end: number): AsyncIterable<Uint8Array> {
      let offset = 0;
      for (const { blob, size } of segments) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size);
        if (from < to) yield* createReadStream(locate(blob), { start: from, end: to - 1 });
        offset += size;
      }
    },
    /** Deletes blobs nothing refers to any more, once nobody reads them. */
    remove(segments: readonly Segment[]): void {
      for (const { blob } of segments) deleteUnread(blob);
    },
  };
}
