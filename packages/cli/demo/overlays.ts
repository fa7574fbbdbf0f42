import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoResult } from './run-case.ts';

/** Saves every overlay by its signed link. @returns how many there were */
export async function saveOverlays(results: readonly DemoResult[], folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let saved = 0;
  for (const { query, inspection } of results) {
    const url = inspection.verdict?.overlay?.url;
    if (!url) continue;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The overlay of ${query.file} answered ${response.status}.`);
    const suffix = query.origin === 'real' ? '' : '-perturbed';
    const name = query.file.replace(/\.\w+$/, '').replaceAll('/', '-') + suffix;
    await writeFile(join(folder, `${name}.jpg`), Buffer.from(await response.arrayBuffer()));
    saved++;
  }
  return saved;
}
