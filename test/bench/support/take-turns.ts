/** Rounds that warm up the compiler and the caches and are not counted. */
const WARMING = 2;

/**
 * The least time of each, ms: other work on the machine only ever adds time. They take turns, and at being first too, so that load
 * and garbage fall on all alike.
 */
export async function takeTurns<Name extends string>(
  works: Readonly<Record<Name, () => unknown>>,
  runs: number,
): Promise<Record<Name, number>> {
  const entries = Object.entries(works) as [Name, () => unknown][];
  const best = Object.fromEntries(entries.map(([name]) => [name, Number.POSITIVE_INFINITY])) as Record<
    Name,
    number
  >;
  for (let run = -WARMING; run < runs; run++) {
    for (const [name, work] of run % 2 === 0 ? entries : entries.toReversed()) {
      const started = performance.now();
      const made = work();
      if (made instanceof Promise) await made;
      const ms = performance.now() - started;
      if (run >= 0) best[name] = Math.min(best[name], ms);
    }
  }
  return best;
}
