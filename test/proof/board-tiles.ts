/**
 * AUROC of the embedded detector on tiles of DeepPCB boards: the greatest value of the anomaly map in each tile, anomalous when the tile
 * holds the middle of a marked defect.
 *
 *     node test/proof/board-tiles.ts [--data FOLDER] [--tile 64] [--json FILE]
 *
 * FOLDER holds NAME_temp.jpg, NAME_test.jpg and NAME.txt (tangsanli5201/DeepPCB, MIT). Tiles are compared within a board; the interval is
 * the bootstrap's over tiles of each board. `moved`: the board shifted by up to 12 px and turned by up to 1.5°, with noise.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPerturbation, type Perturbation, perturbImage } from '../../packages/vision/perturb/index.ts';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { type Detection, detectAnomalies } from '../../packages/vision/reference/index.ts';
import { measureAuroc, type ScoredGroup, tellAuroc } from './support/auroc-interval.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '..', 'fixtures', 'images', 'deeppcb') },
    tile: { type: 'string', default: '64' },
    json: { type: 'string' },
  },
});
const tile = Number(values.tile);
const boards = readdirSync(values.data)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -4));
const [still, moved]: [ScoredGroup[], ScoredGroup[]] = [[], []];
for (const [seed, board] of boards.entries()) {
  const read = (ending: string) => new Uint8Array(readFileSync(join(values.data, `${board}${ending}`)));
  const boxes = Buffer.from(read('.txt'))
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const [normal, query] = [read('_temp.jpg'), read('_test.jpg')];
  still.push(scoreTiles(await detectAnomalies(query, [normal]), boxes));
  const change = drawPerturbation(100 + seed);
  const again = await perturbImage(query, change, 100 + seed);
  moved.push(scoreTiles(await detectAnomalies(again, [normal]), boxes, change));
}
const rows = { still: measureAuroc(still, createRandom(1)), moved: measureAuroc(moved, createRandom(1)) };
process.stdout.write(`still ${tellAuroc(rows.still)}\nmoved ${tellAuroc(rows.moved)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

/** A tile that holds the middle of a box is anomalous, one that no box touches is normal; others are left out. */
function scoreTiles(
  { map, widthPx, heightPx }: Detection,
  boxes: readonly (readonly number[])[],
  change?: Perturbation,
): ScoredGroup {
  const group = { normal: [] as number[], anomalous: [] as number[] };
  for (let top = 0; top + tile <= heightPx; top += tile) {
    for (let left = 0; left + tile <= widthPx; left += tile) {
      let most = 0;
      for (let row = 0; row < map.height; row++) {
        for (let column = 0; column < map.width; column++) {
          const x = ((column + 0.5) * widthPx) / map.width;
          const y = ((row + 0.5) * heightPx) / map.height;
          if (x < left || x >= left + tile || y < top || y >= top + tile) continue;
          most = Math.max(most, map.data[row * map.width + column] ?? 0);
        }
      }
      const touched = boxes.filter((box) => {
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = moveBox(box, change, widthPx, heightPx);
        return x0 < left + tile && x1 > left && y0 < top + tile && y1 > top;
      });
      const holds = touched.some((box) => {
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = moveBox(box, change, widthPx, heightPx);
        const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
        return x >= left && x < left + tile && y >= top && y < top + tile;
      });
      if (holds) group.anomalous.push(most);
      else if (touched.length === 0) group.normal.push(most);
    }
  }
  return group;
}

/** Where a box of the board lies in its perturbed copy: the way back of `perturbImage`, its sides kept. */
function moveBox(
  [x0 = 0, y0 = 0, x1 = 0, y1 = 0]: readonly number[],
  change: Perturbation | undefined,
  widthPx: number,
  heightPx: number,
): readonly number[] {
  if (change === undefined) return [x0, y0, x1, y1];
  const angle = (change.turnDegrees * Math.PI) / 180;
  const [cx, cy] = [(widthPx - 1) / 2, (heightPx - 1) / 2];
  const [u, v] = [(x0 + x1) / 2 - cx - change.shiftX, (y0 + y1) / 2 - cy - change.shiftY];
  const x = Math.cos(angle) * u + Math.sin(angle) * v + cx;
  const y = -Math.sin(angle) * u + Math.cos(angle) * v + cy;
  const [width, height] = [(x1 - x0) / 2, (y1 - y0) / 2];
  return [x - width, y - height, x + width, y + height];
}
