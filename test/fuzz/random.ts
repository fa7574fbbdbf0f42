/** Numbers in 0 ≤ n < 1 that a seed determines (mulberry32). */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number in 0 ≤ n < count. */
export function pickIndex(random: Random, count: number): number {
  return Math.floor(random() * count);
}

export function pickOne<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[pickIndex(random, list.length)] ?? list[0];
}
