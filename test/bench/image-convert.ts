/**
 * Compares `convert()` with the bare sharp pipeline that does the same, in one process, alternating.
 *
 *     node test/bench/image-convert.ts [--json FILE] [--runs N]
 *
 * The source is a 12-megapixel photograph made by tiling and noising a fixture, in several formats.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { convert } from '../../packages/vision/index.ts';

const WIDTH = 4000;
const HEIGHT = 3000;
const LONG_SIDE_PX = 2048;
const FIXTURE = new URL('../../packages/vision/fixtures/candle.jpg', import.meta.url);

interface Row {
  readonly source: string;
  readonly megabytes: number;
  readonly bareMs: number | null;
  readonly convertMs: number;
  /** Time of `convert()` over the time of bare sharp. Both `null` where sharp cannot read the format. */
  readonly ratio: number | null;
}

const { values } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '7' } },
});
const rows = await measureAll(Number(values.runs));
for (const row of rows) {
  const bare = row.bareMs?.toFixed(0) ?? '-';
  const ratio = row.ratio?.toFixed(2) ?? '-';
  process.stdout.write(
    `${row.source.padEnd(16)} ${row.megabytes.toFixed(1).padStart(5)} MB  bare ${bare.padStart(4)} ms  convert ${row.convertMs.toFixed(0).padStart(4)} ms  ratio ${ratio}\n`,
  );
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ widthPx: WIDTH, heightPx: HEIGHT, rows }, null, 2)}\n`);
}

async function measureAll(runs: number): Promise<Row[]> {
  const pixels = await makePhotograph();
  const image = () => sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  const sources: [string, Uint8Array][] = [
    ['JPEG 12 MP', await image().jpeg({ quality: 90 }).toBuffer()],
    ['PNG 12 MP', await image().png({ compressionLevel: 3 }).toBuffer()],
    ['WebP 12 MP', await image().webp({ quality: 85, effort: 0 }).toBuffer()],
    ['TIFF 12 MP', await image().tiff({ compression: 'lzw' }).toBuffer()],
    ['BMP 12 MP', makeBitmap(pixels)],
  ];
  const measured: Row[] = [];
  for (const [source, bytes] of sources) measured.push(await measure(source, bytes, runs));
  return measured;
}

async function measure(source: string, bytes: Uint8Array, runs: number): Promise<Row> {
  const canCompare = !source.startsWith('BMP');
  const times = { bare: [] as number[], whole: [] as number[] };
  // The first round warms caches and is not counted.
  for (let run = 0; run <= runs; run++) {
    // Taking turns at being first, so that neither always pays for the other's garbage.
    for (const turn of run % 2 === 0 ? ['bare', 'whole'] : ['whole', 'bare']) {
      if (turn === 'bare' && canCompare) times.bare.push(await time(() => runBare(bytes)));
      if (turn === 'whole') times.whole.push(await time(() => convert(bytes, { longSidePx: LONG_SIDE_PX })));
    }
  }
  const bareMs = canCompare ? pickMedian(times.bare.slice(1)) : null;
  const convertMs = pickMedian(times.whole.slice(1));
  const megabytes = bytes.length / 1e6;
  return { source, megabytes, bareMs, convertMs, ratio: bareMs === null ? null : convertMs / bareMs };
}

/** The least that gives the same view: orient, shrink, JPEG of the same quality. */
function runBare(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes)
    .autoOrient()
    .resize({ width: LONG_SIDE_PX, height: LONG_SIDE_PX, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function pickMedian(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** Tiles of the fixture with a little noise, the same every time. */
async function makePhotograph(): Promise<Uint8Array> {
  const tile = await sharp(readFileSync(FIXTURE)).resize(1000, 1000, { fit: 'cover' }).raw().toBuffer();
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  let state = 1;
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH * 3; x++, at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const value = (tile[(y % 1000) * 3000 + (x % 3000)] ?? 0) + (state >>> 29) - 4;
      pixels[at] = Math.max(0, Math.min(255, value));
    }
  }
  return pixels;
}

/** A 24-bit bottom-up bitmap; 4000 pixels a row need no padding. */
function makeBitmap(pixels: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(54 + pixels.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, WIDTH, true);
  view.setInt32(22, HEIGHT, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  bytes.set(pixels, 54);
  return bytes;
}
