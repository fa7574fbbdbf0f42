import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileToSend } from '@loupe/cli/operations';

const images = join(import.meta.dirname, '..', 'fixtures', 'images');

/** One of the real images; see `test/fixtures/images/ATTRIBUTION.md`. */
export async function loadImage(name: string, contentType = 'image/jpeg'): Promise<FileToSend> {
  return { name, contentType, bytes: new Uint8Array(await readFile(join(images, name))) };
}
