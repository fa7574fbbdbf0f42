/**
 * A process that converts one file and tells the most memory it ever held: `node convert-once.ts FILE [MEDIA_TYPE]`. Without a file it
 * tells what a process holds that did nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { convert } from '../../../packages/vision/index.ts';

const [file, declaredMediaType] = process.argv.slice(2);
if (file !== undefined) await convert(await readFile(file), { declaredMediaType, ownsBytes: true });
process.stdout.write(`${findPeakKibibytes() / 1024}\n`);

/** Linux counts what the parent held at the start into `maxRSS`, but not into the peak of the program itself. */
function findPeakKibibytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}
