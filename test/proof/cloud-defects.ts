/**
 * Does the conversion of clouds keep what matters? Scans with made dents, bumps and holes of graded size, judged by the embedded
 * detector from the depths behind the views, beside a geometric nearest-neighbour detector on the points themselves;
 * `--pictures` adds what the detector sees in the encoded pictures alone.
 *
 *     node test/proof/cloud-defects.ts [--data FOLDER] [--scans 10] [--defects 6] [--pictures] [--json FILE]
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
import { detectAnomalies, detectInCloud } from '../../packages/vision/reference/index.ts';
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
    pictures: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const [scans, defects] = [Number(values.scans), Number(values.defects)];

/** By three detectors: what the service asks, the pictures of the views alone, the points themselves. */
interface Scores {
  readonly detector: number;
  readonly pictures: number;
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
    const source = { bytes: original, mediaType: 'model/ply' };
    const query = await convert(bytes, { references: [{ views, source }] });
    return {
      detector: Math.max(
        ...query.views.map(({ geometry, ...view }) =>
          geometry.kind === 'POINT_CLOUD' ? detectInCloud(geometry, view).score : 0,
        ),
      ),
      pictures: values.pictures ? await compareViews(query.views, views) : 0,
      points: measureDistance(readPoints(bytes), points),
    };
  };
  const normal: Scores[] = [];
  for (let scan = 1; scan <= scans; scan++) normal.push(await judge(await rescanCloud(file, scan)));
  process.stderr.write(`${object}: ${normal.map((scores) => scores.detector.toFixed(2)).join(' ')}\n`);
  const damaged = [];
  for (const radius of RADII) {
    for (const kind of KINDS) {
      const defect = { kind, radius, depth: DEPTH * radius };
      const scores: Scores[] = [];
      for (let i = 0; i < defects; i++)
        scores.push(await judge((await damageCloud(file, defect, 1000 + i)).bytes));
      damaged.push({ defect, scores });
      process.stderr.write(
        `  ${kind} ${radius}: ${scores.map((one) => one.detector.toFixed(2)).join(' ')}\n`,
      );
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
  const tell = (name: string, some: typeof found, pick: (defect: CloudDefect) => boolean) => {
    const measure = (detector: keyof Scores) => {
      const groups = some.map(
        ({ normal, damaged }): ScoredGroup => ({
          normal: normal.map((scores) => scores[detector]),
          anomalous: damaged
            .filter(({ defect }) => pick(defect))
            .flatMap(({ scores }) => scores.map((one) => one[detector])),
        }),
      );
      return measureAuroc(groups, createRandom(1));
    };
    const [detector, pictures, points] = [measure('detector'), measure('pictures'), measure('points')];
    rows[name] = { detector, pictures, points };
    const shown = values.pictures ? `  pictures ${tellAuroc(pictures)}` : '';
    process.stdout.write(
      `${name.padEnd(18)} detector ${tellAuroc(detector)}${shown}  points ${tellAuroc(points)}\n`,
    );
  };
  for (const radius of RADII) {
    for (const kind of KINDS) {
      tell(`${kind} ${radius}`, found, (defect) => defect.kind === kind && defect.radius === radius);
    }
  }
  for (const one of found) tell(one.object, [one], () => true);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows, found }, null, 2)}\n`);
}
