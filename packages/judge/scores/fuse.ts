/** How several scores become one: MIN is anomalous only when all say so. */
export type ScoreFusion = 'MEAN' | 'MEDIAN' | 'MIN';

/**
 * One score of several; null of none.
 *
 * @param scores anomaly scores, 0 to 1.
 */
export function fuse(scores: readonly number[], fusion: ScoreFusion): number | null {
  const ascending = scores.toSorted((a, b) => a - b);
  const [least] = ascending;
  if (least === undefined) return null;
  switch (fusion) {
    case 'MEAN':
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    case 'MEDIAN': {
      const middle = (ascending.length - 1) / 2;
      return ((ascending[Math.floor(middle)] ?? least) + (ascending[Math.ceil(middle)] ?? least)) / 2;
    }
    case 'MIN':
      return least;
  }
}
