import type { TestOutcome } from './kolmogorov-smirnov.ts';

/** So many of a whole; `of` is at least 1. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/** Probabilities that are equal but for rounding count as equal. */
const ROUNDING = 1e-7;

/**
 * Fisher's exact test of two shares, two-sided: the sum over all tables with the same margins that are at most as likely as
 * this one. `effect` is Cohen's h, the difference on the scale of 2·asin(√share), positive when `left` is the greater.
 *
 * Walks from the likeliest table outwards until nothing is left to add, which takes some 40 standard deviations each
 * way: of ten million inspections some ten thousand steps.
 */
export function testShares(left: Share, right: Share): TestOutcome {
  const hits = left.count + right.count;
  const total = left.of + right.of;
  const [least, most] = [Math.max(0, hits - right.of), Math.min(hits, left.of)];
  const likeliest = Math.min(most, Math.max(least, Math.floor(((hits + 1) * (left.of + 1)) / (total + 2))));
  /** How much likelier the table with one hit more in `left` is. */
  const grow = (at: number) => ((hits - at) * (left.of - at)) / ((at + 1) * (right.of - hits + at + 1));
  const upwards = walk(likeliest, (at) => (at < most ? grow(at) : 0), 1);
  const downwards = walk(likeliest, (at) => (at > least ? 1 / grow(at - 1) : 0), -1);
  const weightOf = (at: number) =>
    (at >= likeliest ? upwards[at - likeliest] : downwards[likeliest - at]) ?? 0;
  const weights = [...upwards, ...downwards.slice(1)];
  const bound = weightOf(left.count) * (1 + ROUNDING);
  const sum = (all: readonly number[]) => all.reduce((sofar, weight) => sofar + weight, 0);
  return {
    effect: toAngle(left) - toAngle(right),
    pValue: Math.min(1, sum(weights.filter((weight) => weight <= bound)) / sum(weights)),
  };
}

/** Weights from the likeliest table, which has 1, to one side, until they vanish. */
function walk(from: number, ratio: (at: number) => number, step: 1 | -1): number[] {
  const weights: number[] = [];
  for (let [at, weight] = [from, 1]; weight > 0; at += step) {
    weights.push(weight);
    weight *= ratio(at);
  }
  return weights;
}

function toAngle({ count, of }: Share): number {
  return 2 * Math.asin(Math.sqrt(count / of));
}
