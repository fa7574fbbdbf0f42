/** A share of counted things, with its 95 % interval. */
export interface Proportion {
  readonly count: number;
  readonly of: number;
  /** count / of, 0 to 1. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * A share and its score interval (Wilson 1927): the shares p for which |count / of − p| ≤ z √(p (1 − p) / of). Null of
 * nothing. Unlike the textbook interval it holds for a few cases, and for none or all of them.
 */
export function computeProportion(count: number, of: number): Proportion | null {
  if (of === 0) return null;
  const value = count / of;
  const square = Z ** 2 / of;
  const middle = value + square / 2;
  const reach = Math.sqrt(square * (value * (1 - value) + square / 4));
  // Rounding must not push an end beyond what was seen: of none the lower end is 0, of all the upper is 1.
  const low = count === 0 ? 0 : (middle - reach) / (1 + square);
  const high = count === of ? 1 : (middle + reach) / (1 + square);
  return { count, of, value, low, high };
}
