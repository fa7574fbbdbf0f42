/**
 * A process that converts one file and tells the most memory it ever held: `node convert-once.ts FILE [MEDIA_TYPE]`. Without a file it
 * tells what a process holds that did nothing.
 */
import { readFile } from 'node:fs/promises';
import { convert } from '../../../packages/vision/index.ts';

const [file, declaredMediaType] = process.argv.slice(2);
if (file !== undefined) await convert(await readFile(file), { declaredMediaType });
process.stdout.write(`${process.resourceUsage().maxRSS / 1024}\n`);
