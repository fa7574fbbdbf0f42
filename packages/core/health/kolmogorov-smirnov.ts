/** How a test came out. */
export interface TestOutcome {
  /** How far apart the two are; the test says in what. */
  readonly effect: number;
  /** How often chance alone puts them so far apart or farther, 0 to 1. */
  readonly pValue: number;
}

/**
 * The two-sided two-sample Kolmogorov-Smirnov test of two histograms over the same bins, neither of them empty. `effect` is
 * its statistic, the greatest distance between the two cumulative shares, 0 to 1. The p-value is that of the limiting
 * distribution; since values of a bin count as equal it is on the cautious side.
 *
 * Source: Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3 (1958).
 */
export function testDistributions(left: readonly number[], right: readonly number[]): TestOutcome {
  const [leftCount, rightCount] = [add(left), add(right)];
  let [leftSum, rightSum, effect] = [0, 0, 0];
  for (let bin = 0; bin < left.length; bin += 1) {
    leftSum += left[bin] ?? 0;
    rightSum += right[bin] ?? 0;
    effect = Math.max(effect, Math.abs(leftSum / leftCount - rightSum / rightCount));
  }
  const scaled = effect * Math.sqrt((leftCount * rightCount) / (leftCount + rightCount));
  return { effect, pValue: computeKolmogorov(scaled) };
}

/** The Kolmogorov distribution's share above `x`: 2 Σ (−1)^(k−1) e^(−2k²x²). */
function computeKolmogorov(x: number): number {
  // Below it the series converges slowly, and its value is 1 to more than nine digits.
  if (x < 0.25) return 1;
  let [sum, sign] = [0, 1];
  for (let k = 1; k <= 20; k += 1) {
    sum += sign * Math.exp(-2 * k * k * x * x);
    sign = -sign;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

function add(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
