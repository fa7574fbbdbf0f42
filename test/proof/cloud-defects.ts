/**
 * Does the conversion of clouds keep what matters? Scans with made dents, bumps and holes of graded size, judged by the embedded
 * detector from the views alone, beside a geometric nearest-neighbour detector on the points themselves.
 *
 *     node test/proof/cloud-defects.ts [--data FOLDER] [--scans 10] [--defects 6] [--json FILE]
 *
 * Reference and query are drawn anew from the points of a real file (`rescanCloud`): six of ten of them, with noise. FOLDER holds the files;
 * default test/fixtures/pointclouds.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Vector } from '../../packages/vision/geometry.ts';
import { convert, DEFAULT_LIMITS, type View } from '../../packages/vision/index.ts';
import { type CloudDefect, damageCloud, rescanCloud } from '../../packages/vision/perturb/index.ts';
import { parsePly } from '../../packages/vision/point-cloud/ply/parse-ply.ts';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { detectAnomalies } from '../../packages/vision/reference/index.ts';
import { measureAuroc, type ScoredGroup, tellAuroc } from './support/auroc-interval.ts';
import { measureDistance } from './support/geometric-detector.ts';

const OBJECTS = ['bunny.ply', 'milk.pcd', 'ripple_bin.ply', 'ism_train_cat.pcd'];
const KINDS = ['DENT', 'BUMP', 'HOLE'] as const;
/** Radii as parts of the diagonal; a dent is a quarter as deep as its radius. */
const RADII = [0.02, 0.04, 0.08];
const DEPTH = 0.25;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '..', 'fixtures', 'pointclouds') },
    scans: { type: 'string', default: '10' },
    defects: { type: 'string', default: '6' },
    json: { type: 'string' },
  },
});
const [scans, defects] = [Number(values.scans), Number(values.defects)];

interface Scores {
  readonly views: number;
  readonly points: number;
}

const found: { object: string; normal: Scores[]; damaged: { defect: CloudDefect; scores: Scores[] }[] }[] =
  [];
for (const object of OBJECTS) found.push(await measureObject(object));
report();

async function measureObject(object: string): Promise<(typeof found)[number]> {
  const file = new Uint8Array(readFileSync(join(values.data, object)));
  const original = await rescanCloud(file, 0);
  const { views } = await convert(original);
  const points = readPoints(original);
  const judge = async (bytes: Uint8Array): Promise<Scores> => {
    const query = await convert(bytes, { references: [{ views }] });
    return {
      views: await compareViews(query.views, views),
      points: measureDistance(readPoints(bytes), points),
    };
  };
  const normal: Scores[] = [];
  for (let scan = 1; scan <= scans; scan++) normal.push(await judge(await rescanCloud(file, scan)));
  process.stderr.write(`${object}: ${normal.map((scores) => scores.views.toFixed(2)).join(' ')}\n`);
  const damaged = [];
  for (const radius of RADII) {
    for (const kind of KINDS) {
      const defect = { kind, radius, depth: DEPTH * radius };
      const scores: Scores[] = [];
      for (let i = 0; i < defects; i++)
        scores.push(await judge((await damageCloud(file, defect, 1000 + i)).bytes));
      damaged.push({ defect, scores });
      process.stderr.write(`  ${kind} ${radius}: ${scores.map((one) => one.views.toFixed(2)).join(' ')}\n`);
    }
  }
  return { object, normal, damaged };
}

/** The worst view counts, as in the service. */
async function compareViews(query: readonly View[], references: readonly View[]): Promise<number> {
  let worst = 0;
  for (const [index, view] of query.entries()) {
    const reference = references[index];
    if (reference === undefined) continue;
    worst = Math.max(worst, (await detectAnomalies(view.bytes, [reference.bytes])).score);
  }
  return worst;
}

function readPoints(bytes: Uint8Array): Vector[] {
  const { count, x, y, z } = parsePly(bytes, DEFAULT_LIMITS);
  return Array.from({ length: count }, (_, i): Vector => [x[i] ?? 0, y[i] ?? 0, z[i] ?? 0]);
}

function report(): void {
  const rows: Record<string, object> = {};
  const tell = (name: string, pick: (defect: CloudDefect) => boolean) => {
    const group = (detector: keyof Scores): ScoredGroup[] =>
      found.map(({ normal, damaged }) => ({
        normal: normal.map((scores) => scores[detector]),
        anomalous: damaged
          .filter(({ defect }) => pick(defect))
          .flatMap(({ scores }) => scores.map((one) => one[detector])),
      }));
    const views = measureAuroc(group('views'), createRandom(1));
    const points = measureAuroc(group('points'), createRandom(1));
    rows[name] = { views, points };
    process.stdout.write(`${name.padEnd(16)} views ${tellAuroc(views)}   points ${tellAuroc(points)}\n`);
  };
  for (const radius of RADII) {
    for (const kind of KINDS)
      tell(`${kind} ${radius}`, (defect) => defect.kind === kind && defect.radius === radius);
  }
  for (const { object } of found) {
    const only = found.filter((one) => one.object === object);
    const all = (detector: keyof Scores): ScoredGroup[] =>
      only.map(({ normal, damaged }) => ({
        normal: normal.map((scores) => scores[detector]),
        anomalous: damaged.flatMap(({ scores }) => scores.map((one) => one[detector])),
      }));
    const views = measureAuroc(all('views'), createRandom(1));
    const points = measureAuroc(all('points'), createRandom(1));
    rows[object] = { views, points };
    process.stdout.write(`${object.padEnd(16)} views ${tellAuroc(views)}   points ${tellAuroc(points)}\n`);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows, found }, null, 2)}\n`);
}
