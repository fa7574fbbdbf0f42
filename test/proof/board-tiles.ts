/**
 * AUROC of the embedded detector on tiles of DeepPCB boards: the greatest value of the anomaly map in each tile, anomalous when the tile
 * holds the middle of a marked defect.
 *
 *     node test/proof/board-tiles.ts [--data FOLDER] [--tile 64] [--json FILE]
 *
 * FOLDER holds NAME_temp.jpg, NAME_test.jpg and NAME.txt (tangsanli5201/DeepPCB, MIT). Tiles are compared within a board; the interval is
 * the bootstrap's over tiles of each board. `moved`: the board shifted by up to 12 px and turned by up to 1.5°, with noise.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { measureAuroc, tellAuroc } from './support/auroc-interval.ts';
import { listBoards, type ScoredBoard, scoreBoard } from './support/score-board.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '..', 'fixtures', 'images', 'deeppcb') },
    tile: { type: 'string', default: '64' },
    json: { type: 'string' },
  },
});
const boards: ScoredBoard[] = [];
for (const [position, board] of listBoards(values.data).entries()) {
  boards.push(await scoreBoard(values.data, board, Number(values.tile), 100 + position));
}
const measure = (kind: keyof ScoredBoard) =>
  measureAuroc(
    boards.map((board) => board[kind]),
    createRandom(1),
  );
const rows = { still: measure('still'), moved: measure('moved') };
process.stdout.write(`still ${tellAuroc(rows.still)}\nmoved ${tellAuroc(rows.moved)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
