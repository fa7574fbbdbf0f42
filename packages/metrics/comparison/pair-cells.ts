import type { Ranking } from '../ranking/ranking.ts';

/** Items of one class, counted by where both variants' scores stand. */
export interface Cells {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly counts: Int32Array;
}

/** Counts items by their groups in both rankings. @param groups of each item, below 2²⁶ */
export function countCells(first: Int32Array, second: Int32Array): Cells {
  const keys = Float64Array.from(first, (group, i) => group * 2 ** 26 + (second[i] as number)).sort();
  let cells = 0;
  for (let i = 0; i < keys.length; i++) if (i === 0 || keys[i] !== keys[i - 1]) cells++;
  const [ofFirst, ofSecond, counts] = [new Int32Array(cells), new Int32Array(cells), new Int32Array(cells)];
  let cell = -1;
  keys.forEach((key, i) => {
    if (i === 0 || key !== keys[i - 1]) cell++;
    ofFirst[cell] = Math.floor(key / 2 ** 26);
    ofSecond[cell] = key % 2 ** 26;
    counts[cell] = (counts[cell] as number) + 1;
  });
  return { first: ofFirst, second: ofSecond, counts };
}

/** Position in a ranking of each of its items' scores. */
export function locateScores({ scores }: Ranking, of: ArrayLike<number>): Int32Array {
  const found = new Int32Array(of.length);
  for (let i = 0; i < of.length; i++) {
    const score = of[i] as number;
    let [low, high] = [0, scores.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((scores[middle] as number) <= score) high = middle;
      else low = middle + 1;
    }
    found[i] = low;
  }
  return found;
}
