import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileToSend } from '../operations.ts';

const fixtures = join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures');

const contentTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  dcm: 'application/dicom',
  heic: 'image/heic',
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
  pcd: 'application/octet-stream',
  ply: 'application/octet-stream',
};

/** One of the bundled real files; the ATTRIBUTION.md beside it tells its origin. */
export async function readFixture(file: string): Promise<FileToSend> {
  const contentType = contentTypes[file.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  return { name: file, contentType, bytes: new Uint8Array(await readFile(join(fixtures, file))) };
}
