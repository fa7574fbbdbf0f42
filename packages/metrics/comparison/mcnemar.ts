/** Whether two variants are right on different items more often than chance has it. */
export interface McNemar {
  /** Items that only the first, or only the second, got right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** χ² with continuity correction; `null` where the exact test was used. */
  readonly statistic: number | null;
  /** Two-sided. */
  readonly pValue: number;
  readonly exact: boolean;
}

/** Below this number of discordant items the exact test is used. */
const EXACT_BELOW = 25;

/**
 * McNemar's test (1947): exact binomial, twice the smaller tail, below 25 discordant items; else
 * (|b − c| − 1)² / (b + c) against χ² with one degree of freedom (Edwards 1948).
 */
export function computeMcNemar(onlyFirst: number, onlySecond: number): McNemar {
  const discordant = onlyFirst + onlySecond;
  if (discordant < EXACT_BELOW) {
    const tail = sumBinomial(discordant, Math.min(onlyFirst, onlySecond));
    return { onlyFirst, onlySecond, statistic: null, pValue: Math.min(1, 2 * tail), exact: true };
  }
  const statistic = (Math.abs(onlyFirst - onlySecond) - 1) ** 2 / discordant;
  const corrected = Math.abs(onlyFirst - onlySecond) < 1 ? 0 : statistic;
  return {
    onlyFirst,
    onlySecond,
    statistic: corrected,
    pValue: erfc(Math.sqrt(corrected / 2)),
    exact: false,
  };
}

/** P(X ≤ k) of Binomial(n, ½). */
function sumBinomial(n: number, k: number): number {
  let [term, sum] = [1, 1];
  for (let i = 1; i <= k; i++) {
    term *= (n - i + 1) / i;
    sum += term;
  }
  return sum / 2 ** n;
}

/**
 * Complementary error function for x ≥ 0: its power series up to 2.5, its continued fraction beyond (Abramowitz and
 * Stegun 7.1.6, 7.1.14). Relative error below 1e−12.
 */
function erfc(x: number): number {
  if (x < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = x;
  for (let k = 60; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
