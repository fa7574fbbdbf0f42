/**
 * The most memory that a process ever holds which reads one file and converts it: everything counts, Node and the libraries too.
 *
 *     npm run bench -- --only vision.memory
 *
 * Types are stripped by a process before, as in a bundle: doing it takes 30 MiB that no deployed function has.
 * `vision.peak_rss_mb.…` are MiB of images of 12 megapixels and clouds of up to 50 MB; `vision.peak_rss_per_file.…` the same over the
 * file's size, for clouds, and `vision.peak_growth_per_file.…` only what comes on top of the process that did nothing.
 * HEIC files of 12 megapixels are made by the ffmpeg command; without it they are left out.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeBumpySphere, makePlyFile } from './support/make-clouds.ts';
import { encodeCostly, encodeHeics, encodePhotograph, makePhotograph } from './support/make-photograph.ts';
import { runBench } from './support/run-bench.ts';

const MEBIBYTE = 2 ** 20;
const BINARY_POINTS = 3_300_000;
const TEXT_POINTS = 1_200_000;
const FIXTURES = new URL('../fixtures/', import.meta.url);
const run = promisify(execFile);

await runBench(3, async (runs) => {
  const folder = await mkdtemp(join(tmpdir(), 'loupe-memory-'));
  const cache = join(folder, 'compiled');
  const idle = await measure([], cache, runs);
  const figures: Record<string, number> = { 'vision.idle_rss_mb': idle };
  const take = async (name: string, bytes: Uint8Array, isCloud: boolean) => {
    const file = join(folder, name);
    await writeFile(file, bytes);
    const peak = await measure([file], cache, runs);
    figures[`vision.peak_rss_mb.${name}`] = peak;
    if (isCloud) {
      figures[`vision.peak_rss_per_file.${name}`] = (peak * MEBIBYTE) / bytes.length;
      figures[`vision.peak_growth_per_file.${name}`] = ((peak - idle) * MEBIBYTE) / bytes.length;
    }
    await rm(file);
  };
  const pixels = await makePhotograph();
  const heics = await encodeHeics(pixels);
  if (heics === undefined)
    process.stdout.write('No ffmpeg command that encodes HEVC: no HEIC of 12 megapixels.\n');
  const photographs = { ...(await encodePhotograph(pixels)), ...(await encodeCostly(pixels)), ...heics };
  for (const [name, bytes] of Object.entries(photographs)) await take(`${name}_12mp`, bytes, false);
  await take('heic_1mp', await readFile(new URL('images/cheers_1440x960.heic', FIXTURES)), false);
  const binary = makePlyFile(makeBumpySphere(BINARY_POINTS), 'binary_little_endian');
  await take('ply_binary_50mb', binary, true);
  await take('ply_binary_15mb', makePlyFile(makeBumpySphere(1_000_000), 'binary_little_endian'), true);
  await take('ply_ascii_50mb', makePlyFile(makeBumpySphere(TEXT_POINTS), 'ascii'), true);
  await rm(folder, { recursive: true });
  return { figures };
});

/** The least of several processes' peaks, MiB: how much is needed, not how late the collector came. */
async function measure(file: readonly string[], cache: string, runs: number): Promise<number> {
  const program = join(import.meta.dirname, 'support', 'convert-once.ts');
  const convertOnce = () => run(process.execPath, [program, ...file], { env: { NODE_COMPILE_CACHE: cache } });
  await convertOnce();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) least = Math.min(least, Number((await convertOnce()).stdout));
  return least;
}
