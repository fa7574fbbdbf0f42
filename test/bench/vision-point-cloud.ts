/**
 * Point clouds of a million points: parsing beside @loaders.gl, drawing beside a plain loop, whole views encoded.
 *
 *     npm run bench -- --only vision.point-cloud
 *
 * A view's time is from the parsed points to the encoded picture; `…_file.ms` from the file's bytes.
 */
import { parse } from '@loaders.gl/core';
import { PLYLoader } from '@loaders.gl/ply';
import { convert, DEFAULT_LIMITS } from '../../packages/vision/index.ts';
import { drawCloud } from '../../packages/vision/point-cloud/convert-cloud.ts';
import { resolvePointCloudOptions } from '../../packages/vision/point-cloud/options.ts';
import { parsePly } from '../../packages/vision/point-cloud/ply/parse-ply.ts';
import { loadPointCloudKernels } from '../../packages/vision/point-cloud/render/kernels.ts';
import { splatPlainly } from '../../packages/vision/point-cloud/testing/plain-splat.ts';
import { makeBumpySphere, makePlyFile } from './support/make-clouds.ts';
import { type Figures, runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const POINTS = 1_000_000;
const SPLAT_SIDE = 1024;
const VIEW_SIDE = 768;
const NOTHING = 0x7f800000;
/** loaders.gl takes seconds a run. */
const PEER_RUNS = 3;
const SIX = ['front', 'back', 'left', 'right', 'top', 'bottom'];
const POSITION_BYTES = 12 * POINTS;

const columns = makeBumpySphere(POINTS);
const binary = makePlyFile(columns, 'binary_little_endian');
const text = makePlyFile(columns, 'ascii');

await runBench(15, async (runs) => {
  const parsing = await measureParsers(runs);
  const splat = await measureSplat(runs);
  const views = await measureViews(runs);
  return {
    figures: { ...parsing, ...splat, ...views },
    bytesMoved: {
      // The file is read, positions and colours are written.
      'vision.ply_binary_1m.ms': binary.length + POSITION_BYTES + 4 * POINTS,
      'vision.ply_ascii_1m.ms': text.length + POSITION_BYTES + 4 * POINTS,
      // Positions are read, a 32-bit picture is written.
      'vision.depth_splat_1m.ms': POSITION_BYTES + 4 * SPLAT_SIDE ** 2,
      'vision.depth_view_1m.ms': POSITION_BYTES + 3 * VIEW_SIDE ** 2,
      'vision.six_views_1m.ms': 6 * (POSITION_BYTES + VIEW_SIDE ** 2),
    },
  };
});

async function measureParsers(runs: number): Promise<Figures> {
  const load = (file: Uint8Array<ArrayBuffer>) => parse(file.buffer, PLYLoader, { worker: false } as never);
  const ours = await takeTurns(
    {
      'vision.ply_binary_1m.ms': () => void parsePly(binary, DEFAULT_LIMITS),
      'vision.ply_ascii_1m.ms': () => void parsePly(text, DEFAULT_LIMITS),
    },
    runs,
  );
  const theirs = await takeTurns(
    { 'peer.loaders_ms': () => load(binary), 'peer.loaders_ascii_ms': () => load(text) },
    Math.min(runs, PEER_RUNS),
  );
  return { ...ours, ...theirs };
}

/** One orthographic picture of a million points, straight from memory. */
async function measureSplat(runs: number): Promise<Figures> {
  const { run, reserve, floats } = loadPointCloudKernels();
  const addresses = columns.map((column) => {
    const address = reserve(column.length * 4);
    floats(address, column.length).set(column);
    return address;
  }) as [number, number, number];
  const camera = reserve(48);
  const rows = [400, 20, 5, 512, -20, 400, 8, 512, 3, -9, 400, 600];
  floats(camera, 12).set(rows);
  const cells = SPLAT_SIDE ** 2;
  const depths = reserve((cells + 4) * 4);
  const { kernel, plain } = await takeTurns(
    {
      kernel: () => {
        run.fill(depths, cells + 4, NOTHING);
        run.splat(...addresses, POINTS, camera, 1e6, depths, SPLAT_SIDE, SPLAT_SIDE);
      },
      plain: () => splatPlainly(columns, rows, 1e6, SPLAT_SIDE, SPLAT_SIDE),
    },
    runs * 3,
  );
  return {
    'vision.depth_splat_1m.ms': kernel,
    'vision.depth_splat_1m.mpts_per_s': POINTS / 1000 / kernel,
    'peer.plain_splat_1m.mpts_per_s': POINTS / 1000 / plain,
  };
}

async function measureViews(runs: number): Promise<Figures> {
  const cloud = parsePly(binary, DEFAULT_LIMITS);
  const plan = (cameras: readonly string[], style: 'DEPTH' | 'HILLSHADE') => ({
    axes: 'Z_UP' as const,
    views: cameras.map((camera) => ({ camera, style })),
  });
  const one = plan(['isometric'], 'DEPTH');
  const six = plan(SIX, 'HILLSHADE');
  const draw = (pointCloud: typeof one) =>
    drawCloud(cloud, 'model/ply', {
      pointCloud: resolvePointCloudOptions(pointCloud),
      longSidePx: 2048,
      references: [],
    });
  return takeTurns(
    {
      'vision.depth_view_1m.ms': () => draw(one),
      'vision.depth_view_1m_file.ms': () => convert(binary, { pointCloud: one }),
      'vision.six_views_1m.ms': () => draw(six),
      'vision.six_views_1m_file.ms': () => convert(binary, { pointCloud: six }),
    },
    runs,
  );
}
