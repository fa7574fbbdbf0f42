import type { SplitRows } from './split-rows.ts';

/** How the times of ids agree. */
export interface TimeCounts {
  /** Rows of all of them. */
  readonly rows: number;
  /** Different times. */
  readonly distinct: number;
  /** Rows at the time of the same id's row before. */
  readonly repeated: number;
}

export function countTimes(parts: readonly SplitRows[]): TimeCounts {
  const rows = parts.reduce((sum, { instants }) => sum + instants.length, 0);
  const all = new Float64Array(rows);
  let at = 0;
  let repeated = 0;
  for (const { instants } of parts) {
    all.set(instants, at);
    at += instants.length;
    repeated += countEqualNeighbours(instants);
  }
  all.sort();
  return { rows, distinct: rows - countEqualNeighbours(all), repeated };
}

function countEqualNeighbours(sorted: Float64Array): number {
  let equal = 0;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) equal += 1;
  return equal;
}

/**
 * The columns of all ids, each in order of time, at the times of all of them: every value stays, and where an id has no row there is
 * NaN. Of several rows of an id at one time each stays a row.
 * @param most rows that there can be
 */
export function mergeChannels(
  parts: readonly SplitRows[],
  most: number,
): { readonly instants: Float64Array; readonly columns: readonly (readonly Float64Array[])[] } {
  const instants = new Float64Array(most);
  const merged = parts.map(({ columns }) => columns.map(() => new Float64Array(most).fill(Number.NaN)));
  const heads = new Uint32Array(parts.length);
  const next = Float64Array.from(parts, (part) => part.instants[0] ?? Number.POSITIVE_INFINITY);
  let row = 0;
  for (;;) {
    let time = Number.POSITIVE_INFINITY;
    for (let i = 0; i < next.length; i++) if ((next[i] as number) < time) time = next[i] as number;
    if (time === Number.POSITIVE_INFINITY) break;
    instants[row] = time;
    for (let i = 0; i < next.length; i++) {
      if (next[i] !== time) continue;
      const { instants: own, columns } = parts[i] as SplitRows;
      const targets = merged[i] as Float64Array[];
      const at = heads[i] as number;
      for (let c = 0; c < columns.length; c++) {
        (targets[c] as Float64Array)[row] = (columns[c] as Float64Array)[at] as number;
      }
      heads[i] = at + 1;
      next[i] = own[at + 1] ?? Number.POSITIVE_INFINITY;
    }
    row += 1;
  }
  return {
    instants: instants.subarray(0, row),
    columns: merged.map((columns) => columns.map((column) => column.subarray(0, row))),
  };
}
