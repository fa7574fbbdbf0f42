const BYTES = 256 * 2 ** 20;
const ROUNDS = 5;

/** GB a second that one core moves between memory and itself: a copy too large for the caches, reading and writing counted. */
export function measureBandwidth(): number {
  const source = new Float64Array(BYTES / 8).fill(1);
  const target = new Float64Array(BYTES / 8).fill(2);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    target.set(source);
    best = Math.min(best, performance.now() - started);
  }
  return (2 * BYTES) / 1e6 / best;
}
