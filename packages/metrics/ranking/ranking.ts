/**
 * Scores counted by value: the form in which every rank metric is computed, exact for any number of ties. Rankings of
 * parts merge into the ranking of the whole.
 */
export interface Ranking {
  /** Distinct scores, falling. */
  readonly scores: Float64Array;
  /** Items of the positive class with that score. */
  readonly positives: Int32Array;
  /** Items of the negative class with that score. */
  readonly negatives: Int32Array;
  readonly positiveCount: number;
  readonly negativeCount: number;
}

/**
 * Counts scores by value in O(n log n): the classes are sorted apart, as plain typed arrays, then walked together.
 *
 * @param scores finite numbers; greater means more likely positive
 * @param labels as long as `scores`: 1 positive, 0 negative
 * @throws RangeError when the lengths differ or a score is not finite
 */
export function buildRanking(scores: ArrayLike<number>, labels: ArrayLike<number>): Ranking {
  if (scores.length !== labels.length) {
    throw new RangeError(`${scores.length} scores came with ${labels.length} labels; they must be as many.`);
  }
  let positiveCount = 0;
  for (let i = 0; i < labels.length; i++) positiveCount += labels[i] ? 1 : 0;
  const positives = new Float64Array(positiveCount);
  const negatives = new Float64Array(scores.length - positiveCount);
  let [p, n] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    // Adding 0 turns −0, which sorts before 0, into 0.
    const score = (scores[i] as number) + 0;
    if (!Number.isFinite(score)) throw new RangeError(`Score ${i} is ${score}; it must be a finite number.`);
    if (labels[i]) positives[p++] = score;
    else negatives[n++] = score;
  }
  return rankSorted(positives.sort(), negatives.sort());
}

/** Adds rankings of disjoint items, two by two. */
export function mergeRankings(parts: readonly Ranking[]): Ranking {
  if (parts.length === 0) return buildRanking([], []);
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const middle = parts.length >>> 1;
  return mergeTwo(mergeRankings(parts.slice(0, middle)), mergeRankings(parts.slice(middle)));
}

function mergeTwo(left: Ranking, right: Ranking): Ranking {
  const most = left.scores.length + right.scores.length;
  const scores = new Float64Array(most);
  const positives = new Int32Array(most);
  const negatives = new Int32Array(most);
  let [l, r, size] = [0, 0, 0];
  for (; l < left.scores.length || r < right.scores.length; size++) {
    const [a, b] = [left.scores[l] ?? -Infinity, right.scores[r] ?? -Infinity];
    scores[size] = Math.max(a, b);
    if (a >= b) {
      positives[size] = left.positives[l] as number;
      negatives[size] = left.negatives[l++] as number;
    }
    if (b >= a) {
      positives[size] = (positives[size] as number) + (right.positives[r] as number);
      negatives[size] = (negatives[size] as number) + (right.negatives[r++] as number);
    }
  }
  return {
    scores: size === most ? scores : scores.slice(0, size),
    positives: size === most ? positives : positives.slice(0, size),
    negatives: size === most ? negatives : negatives.slice(0, size),
    positiveCount: left.positiveCount + right.positiveCount,
    negativeCount: left.negativeCount + right.negativeCount,
  };
}

/**
 * Rounds scores to a grid so that rankings of any size stay small. Two scores of different classes that fall together
 * become a tie, which moves AUROC by at most the `aurocError` given back: half of the share of such pairs.
 *
 * @param steps grid lines per unit of score, e.g. 65536
 */
export function roundRanking(ranking: Ranking, steps: number): { ranking: Ranking; aurocError: number } {
  const grid = ranking.scores.map((score) => Math.round(score * steps) / steps);
  const scores = grid.filter((score, i) => i === 0 || score !== grid[i - 1]);
  const [positives, negatives] = [new Int32Array(scores.length), new Int32Array(scores.length)];
  let at = 0;
  grid.forEach((score, i) => {
    if (score !== scores[at]) at++;
    positives[at] = (positives[at] as number) + (ranking.positives[i] as number);
    negatives[at] = (negatives[at] as number) + (ranking.negatives[i] as number);
  });
  const rounded = { ...ranking, scores, positives, negatives };
  const all = ranking.positiveCount * ranking.negativeCount;
  const tied = countTiedPairs(rounded) - countTiedPairs(ranking);
  return { ranking: rounded, aurocError: all === 0 ? 0 : tied / (2 * all) };
}

/** Pairs of a positive and a negative item with the same score. */
export function countTiedPairs({ positives, negatives }: Ranking): number {
  return positives.reduce((sum, p, i) => sum + p * (negatives[i] as number), 0);
}

/** Both rise and are consumed from their ends. */
function rankSorted(positives: Float64Array, negatives: Float64Array): Ranking {
  let distinct = 0;
  for (let p = positives.length, n = negatives.length; p > 0 || n > 0; distinct++) {
    const score = last(positives, negatives, p, n);
    while (p > 0 && positives[p - 1] === score) p--;
    while (n > 0 && negatives[n - 1] === score) n--;
  }
  const ranking = {
    scores: new Float64Array(distinct),
    positives: new Int32Array(distinct),
    negatives: new Int32Array(distinct),
    positiveCount: positives.length,
    negativeCount: negatives.length,
  };
  let [p, n] = [positives.length, negatives.length];
  for (let i = 0; i < distinct; i++) {
    const score = last(positives, negatives, p, n);
    const [before, beforeN] = [p, n];
    while (p > 0 && positives[p - 1] === score) p--;
    while (n > 0 && negatives[n - 1] === score) n--;
    ranking.scores[i] = score;
    ranking.positives[i] = before - p;
    ranking.negatives[i] = beforeN - n;
  }
  return ranking;
}

function last(positives: Float64Array, negatives: Float64Array, p: number, n: number): number {
  const positive = p > 0 ? (positives[p - 1] as number) : -Infinity;
  const negative = n > 0 ? (negatives[n - 1] as number) : -Infinity;
  return Math.max(positive, negative);
}
