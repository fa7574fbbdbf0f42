import { drawBinomial } from './binomial.ts';
import { countDraws, type RandomState } from './random.ts';

/** What a group's binomial number costs, in draws of single items. */
const GROUP_COST = 12;

/** Draws as many items as there are, with replacement, and adds to `drawn` how many of each group came. */
export type Drawing = (drawn: Int32Array, state: RandomState) => void;

/** Draws from items counted by group, item by item or group by group, whichever is less work: both have the same distribution. */
export function createDrawing(counts: Int32Array): Drawing {
  const items = sum(counts);
  if (items <= GROUP_COST * counts.length) {
    const groups = spread(counts, items);
    return (drawn, state) => countDraws(groups, drawn, state);
  }
  return (drawn, state) => drawGroups(counts, items, drawn, state);
}

/** Work of one resample, in draws of single items. */
export function estimateWork(counts: Int32Array): number {
  return Math.min(sum(counts), GROUP_COST * counts.length);
}

/** A multinomial number: each group's is binomial among the items that those before it left over. */
function drawGroups(counts: Int32Array, items: number, drawn: Int32Array, state: RandomState): void {
  let [open, left] = [items, items];
  for (let group = 0; left > 0; group++) {
    const count = counts[group] as number;
    const taken = drawBinomial(left, count / open, state);
    drawn[group] = (drawn[group] as number) + taken;
    left -= taken;
    open -= count;
  }
}

/** Group of each item, in order. */
function spread(counts: Int32Array, items: number): Int32Array {
  const groups = new Int32Array(items);
  let item = 0;
  counts.forEach((count, group) => {
    groups.fill(group, item, item + count);
    item += count;
  });
  return groups;
}

function sum(counts: Int32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
