import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPerturbation, type Perturbation, perturbImage } from '../../../packages/vision/perturb/index.ts';
import { type Detection, detectAnomalies } from '../../../packages/vision/reference/index.ts';
import type { ScoredGroup } from './auroc-interval.ts';

export interface ScoredBoard {
  readonly still: ScoredGroup;
  /** The board shifted, turned and noisy. */
  readonly moved: ScoredGroup;
}

/** Boards of a folder: each is NAME_temp.jpg, NAME_test.jpg and NAME.txt (tangsanli5201/DeepPCB). */
export function listBoards(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => file.slice(0, -4));
}

/**
 * What the embedded detector says of the tiles of a board with its template as the only reference.
 * @param tile side of a tile, px
 * @param seed of the movement and the noise
 */
export async function scoreBoard(
  folder: string,
  board: string,
  tile: number,
  seed: number,
): Promise<ScoredBoard> {
  const read = (ending: string) => new Uint8Array(readFileSync(join(folder, `${board}${ending}`)));
  const boxes = Buffer.from(read('.txt'))
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const [normal, query] = [read('_temp.jpg'), read('_test.jpg')];
  const change = drawPerturbation(seed);
  const again = await perturbImage(query, change, seed);
  return {
    still: scoreTiles(await detectAnomalies(query, [normal]), boxes, tile),
    moved: scoreTiles(await detectAnomalies(again, [normal]), boxes, tile, change),
  };
}

/** A tile that holds the middle of a box is anomalous, one that no box touches is normal; others are left out. */
function scoreTiles(
  { map, widthPx, heightPx }: Detection,
  boxes: readonly (readonly number[])[],
  tile: number,
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
