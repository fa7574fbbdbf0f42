import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@loupe/sdk';
import { createReadySample, readViews } from '../operations.ts';
import { readFixture } from './files.ts';
import type { DemoResult } from './run-case.ts';

/** Saves every overlay by its signed link. @returns how many there were */
export async function saveOverlays(results: readonly DemoResult[], folder: string): Promise<number> {
  let saved = 0;
  for (const { query, inspection } of results) {
    const url = inspection.verdict?.overlay?.url;
    if (!url) continue;
    const bytes = await download(url);
    const suffix = query.origin === 'real' ? '' : `-${query.origin.replace(' ', '-')}`;
    const name = nameFile(query.file) + suffix;
    await writeFile(join(folder, `${name}.jpg`), bytes);
    saved++;
  }
  return saved;
}

/** Uploads a file, waits for its views and saves them. @returns the names of the pictures */
export async function saveViews(client: Client, file: string, folder: string): Promise<string[]> {
  const id = await createReadySample(client, await readFixture(file));
  const views = await readViews(client, id);
  const names: string[] = [];
  for (const [position, { mediaType, link }] of views.entries()) {
    const name = `${nameFile(file)}-view-${position}.${mediaType === 'image/png' ? 'png' : 'jpg'}`;
    await writeFile(join(folder, name), await download(link.url));
    names.push(name);
  }
  return names;
}

/** Makes the folder anew. */
export async function clearFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`A signed link answered ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}

function nameFile(file: string): string {
  return file.replace(/\.\w+$/, '').replaceAll('/', '-');
}
