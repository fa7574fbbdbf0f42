/** A rising line through points; beyond its ends it stays level. */
export interface IsotonicCurve {
  readonly kind: 'ISOTONIC';
  /** Rising by score, 0 to 1 each. */
  readonly points: readonly { readonly score: number; readonly probability: number }[];
}

interface Block {
  from: number;
  to: number;
  sum: number;
  count: number;
}

/**
 * Fits the rising step function with the least squared error, by pooling adjacent violators (Ayer et al. 1955). Between
 * steps it is read linearly, as scikit-learn does.
 *
 * @param scores anomaly scores, 0 to 1
 * @param anomalous as long as `scores`
 * @throws RangeError when the lengths differ
 */
export function fitIsotonic(scores: readonly number[], anomalous: readonly boolean[]): IsotonicCurve {
  if (scores.length !== anomalous.length) {
    throw new RangeError(`${scores.length} scores came with ${anomalous.length} labels.`);
  }
  const ascending = scores
    .map((score, i) => ({ score, label: anomalous[i] ? 1 : 0 }))
    .sort((a, b) => a.score - b.score);
  const blocks: Block[] = [];
  for (const { score, label } of ascending) {
    const last = blocks.at(-1);
    if (last && last.to === score && last.from === score) {
      last.sum += label;
      last.count += 1;
    } else {
      blocks.push({ from: score, to: score, sum: label, count: 1 });
    }
  }
  return { kind: 'ISOTONIC', points: pool(blocks).flatMap(describeBlock) };
}

/** The probability a curve gives a score, 0 to 1; 0 without points. */
export function readIsotonic({ points }: IsotonicCurve, score: number): number {
  const next = points.findIndex((point) => point.score >= score);
  const right = next === -1 ? points.at(-1) : points[next];
  const left = next === -1 ? right : (points[next - 1] ?? right);
  if (!left || !right) return 0;
  const width = right.score - left.score;
  if (width === 0) return right.probability;
  const share = (score - left.score) / width;
  return left.probability + share * (right.probability - left.probability);
}

function pool(blocks: readonly Block[]): Block[] {
  const pooled: Block[] = [];
  for (const block of blocks) {
    let current = { ...block };
    for (let before = pooled.at(-1); before && mean(before) >= mean(current); before = pooled.at(-1)) {
      pooled.pop();
      current = {
        from: before.from,
        to: current.to,
        sum: before.sum + current.sum,
        count: before.count + current.count,
      };
    }
    pooled.push(current);
  }
  return pooled;
}

function describeBlock(block: Block): { score: number; probability: number }[] {
  const probability = mean(block);
  return [...new Set([block.from, block.to])].map((score) => ({ score, probability }));
}

function mean({ sum, count }: Block): number {
  return sum / count;
}
