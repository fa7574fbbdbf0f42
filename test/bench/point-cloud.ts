/**
 * Point clouds: parsing beside @loaders.gl, drawing beside a plain loop, whole views encoded, in one process.
 *
 *     node test/bench/point-cloud.ts [--json FILE] [--runs N]
 *
 * The source is a bumpy sphere of a million points in random order. The figures are the best of N runs: other work on the
 * machine only ever adds time.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from '@loaders.gl/core';
import { PLYLoader } from '@loaders.gl/ply';
import { convert, DEFAULT_LIMITS } from '../../packages/vision/index.ts';
import { parsePly } from '../../packages/vision/point-cloud/ply/parse-ply.ts';
import { loadPointCloudKernels } from '../../packages/vision/point-cloud/render/kernels.ts';
import { makePly, type PlyEncoding } from '../../packages/vision/point-cloud/testing/make-ply.ts';
import { splatPlainly } from '../../packages/vision/point-cloud/testing/plain-splat.ts';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';

const POINTS = 1_000_000;
const SIDE = 1024;
const NOTHING = 0x7f800000;
const SIX = ['front', 'back', 'left', 'right', 'top', 'bottom'];

const { values } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '7' } },
});
const runs = Number(values.runs);
const columns = makePoints();
const figures: Record<string, number> = {
  ...(await measureParsers()),
  ...measureSplat(),
  ...(await measureViews()),
};
for (const [name, value] of Object.entries(figures)) {
  process.stdout.write(`${name.padEnd(44)} ${value.toFixed(value < 100 ? 2 : 0).padStart(8)}\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);

async function measureParsers(): Promise<Record<string, number>> {
  const result: Record<string, number> = {};
  for (const [name, encoding] of [
    ['binary', 'binary_little_endian'],
    ['ascii', 'ascii'],
  ] as const) {
    const file = makeFile(encoding);
    const ours = await measure(() => void parsePly(file, DEFAULT_LIMITS));
    const theirs = await measure(() => parse(file.buffer, PLYLoader, { worker: false } as never), 2);
    result[`vision.ply_${name}_1m.ms`] = ours;
    result[name === 'binary' ? 'peer.loaders_ms' : 'peer.loaders_ascii_ms'] = theirs;
    result[`vision.ply_${name}_1m.ratio`] = theirs / ours;
    result[`vision.ply_${name}_1m.mb_per_s`] = file.length / 1000 / ours;
  }
  return result;
}

/** One orthographic picture of a million points, straight from memory; its limit is one random access per point. */
function measureSplat(): Record<string, number> {
  const { run, reserve, floats } = loadPointCloudKernels();
  const addresses = columns.map((column) => {
    const address = reserve(column.length * 4);
    floats(address, column.length).set(column);
    return address;
  }) as [number, number, number];
  const camera = reserve(48);
  const rows = [400, 20, 5, 512, -20, 400, 8, 512, 3, -9, 400, 600];
  floats(camera, 12).set(rows);
  const cells = SIDE * SIDE;
  const depths = reserve((cells + 4) * 4);
  const kernel = measureNow(() => {
    run.fill(depths, cells + 4, NOTHING);
    run.splat(...addresses, POINTS, camera, 1e6, depths, SIDE, SIDE);
  });
  const plain = measureNow(() => splatPlainly(columns, rows, 1e6, SIDE, SIDE));
  const bytesMoved = POINTS * 12 + cells * 4;
  return {
    'vision.depth_splat_1m.mpts_per_s': POINTS / 1000 / kernel,
    'vision.depth_splat_1m.plain_mpts_per_s': POINTS / 1000 / plain,
    'vision.depth_splat_1m.ratio': plain / kernel,
    'vision.depth_splat_1m.gb_per_s': bytesMoved / 1e6 / kernel,
  };
}

async function measureViews(): Promise<Record<string, number>> {
  const file = makeFile('binary_little_endian');
  const take = (cameras: readonly string[], style: 'DEPTH' | 'HILLSHADE') =>
    measure(() =>
      convert(file, { pointCloud: { axes: 'Z_UP', views: cameras.map((camera) => ({ camera, style })) } }),
    );
  const one = await take(['isometric'], 'DEPTH');
  const six = await take(SIX, 'HILLSHADE');
  const parsing = await measure(() => void parsePly(file, DEFAULT_LIMITS));
  return {
    'vision.depth_view_1m.file_ms': one,
    'vision.depth_view_1m.ms': one - parsing,
    'vision.six_views_1m.file_ms': six,
    'vision.six_views_1m.ms': six - parsing,
    'vision.peak_rss_mb': process.resourceUsage().maxRSS / 1024,
  };
}

/** Milliseconds of the best run; the first warms up and is not counted. */
async function measure(work: () => unknown, times = runs): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= times; i++) {
    const started = performance.now();
    await work();
    if (i > 0) best = Math.min(best, performance.now() - started);
  }
  return best;
}

function measureNow(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= runs * 3; i++) {
    const started = performance.now();
    work();
    if (i > 0) best = Math.min(best, performance.now() - started);
  }
  return best;
}

function makePoints(): [Float32Array, Float32Array, Float32Array] {
  const random = createRandom(1);
  const made = [new Float32Array(POINTS), new Float32Array(POINTS), new Float32Array(POINTS)] as const;
  for (let i = 0; i < POINTS; i++) {
    const height = 2 * random() - 1;
    const angle = 2 * Math.PI * random();
    const size = 1 + 0.02 * Math.sin(9 * angle) * Math.sin(11 * height);
    const radius = Math.sqrt(1 - height * height) * size;
    made[0][i] = radius * Math.cos(angle);
    made[1][i] = radius * Math.sin(angle);
    made[2][i] = height * size;
  }
  return [...made];
}

/** 15 bytes a point in binary: x, y, z and a colour. */
function makeFile(encoding: PlyEncoding): Uint8Array<ArrayBuffer> {
  const isText = encoding === 'ascii';
  const bytes = Uint8Array.from({ length: POINTS }, (_, i) => i);
  const round = (column: Float32Array) => Array.from(column, (value) => Number(value.toFixed(6)));
  return makePly(encoding, [
    ...columns.map((column, axis) => ({
      name: 'xyz'.charAt(axis),
      type: 'float' as const,
      values: isText ? round(column) : column,
    })),
    ...['red', 'green', 'blue'].map((name) => ({ name, type: 'uchar' as const, values: bytes })),
  ]);
}
