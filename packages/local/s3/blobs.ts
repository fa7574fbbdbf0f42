import { randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** A run of an object's bytes: one for a plain upload, one per part for a multipart one. */
export interface Segment {
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
}

export interface Draft {
  readonly size: number;
  /** Puts the bytes among the blobs and returns the blob's name. */
  keep(): string;
  discard(): void;
}

export interface Blobs {
  /** Writes a source to a temporary file; when the source fails, nothing stays and the failure is rethrown. */
  write(source: AsyncIterable<Uint8Array>): Promise<Draft>;
  /** Keeps these blobs from deletion until the returned function is called. */
  hold(segments: readonly Segment[]): () => void;
  /** Bytes `start` up to, not including, `end` of the segments put together. */
  read(segments: readonly Segment[], start: number, end: number): AsyncIterable<Uint8Array>;
  /** Deletes blobs nothing refers to any more, once nobody reads them. */
  remove(segments: readonly Segment[]): void;
}

/**
 * A folder of blobs under random names, so that no key ever becomes a file name. What a crash left behind
 * (temporary files, blobs no row refers to) is deleted here.
 */
export function openBlobs(dataDir: string, isReferenced: (blob: string) => boolean): Blobs {
  const blobsDir = join(dataDir, 'blobs');
  const draftsDir = join(dataDir, 'tmp');
  rmSync(draftsDir, { recursive: true, force: true });
  mkdirSync(draftsDir, { recursive: true });
  mkdirSync(blobsDir, { recursive: true });
  for (const blob of readdirSync(blobsDir)) if (!isReferenced(blob)) rmSync(join(blobsDir, blob));

  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  function deleteUnread(blob: string): void {
    if (readers.has(blob)) doomed.add(blob);
    else rmSync(join(blobsDir, blob), { force: true });
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
    async write(source) {
      const name = randomBytes(16).toString('hex');
      const path = join(draftsDir, name);
      const size = await writeFile(path, source);
      return {
        size,
        keep() {
          renameSync(path, join(blobsDir, name));
          return name;
        },
        discard: () => rmSync(path, { force: true }),
      };
    },
    hold(segments) {
      for (const { blob } of segments) readers.set(blob, (readers.get(blob) ?? 0) + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        for (const { blob } of segments) release(blob);
      };
    },
    async *read(segments, start, end) {
      let offset = 0;
      for (const { blob, size } of segments) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size);
        if (from < to) yield* createReadStream(join(blobsDir, blob), { start: from, end: to - 1 });
        offset += size;
      }
    },
    remove(segments) {
      for (const { blob } of segments) deleteUnread(blob);
    },
  };
}

async function writeFile(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx');
  let size = 0;
  try {
    for await (const piece of source) {
      await file.writeFile(piece);
      size += piece.length;
    }
  } catch (error) {
    await file.close();
    rmSync(path, { force: true });
    throw error;
  }
  await file.close();
  return size;
}
