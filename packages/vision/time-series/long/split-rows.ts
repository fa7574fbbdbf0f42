import { isAscending } from '../finish-series.ts';
import { NO_ID, type NumberedIds } from './ids.ts';

/** The rows of one id: their times, and a column for each thing that is measured of it. */
export interface SplitRows {
  readonly instants: Float64Array;
  readonly columns: readonly Float64Array[];
}

const EMPTY = new Float64Array(0);

/** The columns `used`, once for each id, of its rows alone. */
export function splitRows(
  columns: readonly Float64Array[],
  used: ReadonlySet<number | undefined>,
  { ids, codes }: NumberedIds,
): Float64Array[][] {
  const counts = new Uint32Array(ids.length);
  for (const code of codes) if (code !== NO_ID) counts[code] = (counts[code] as number) + 1;
  const parts = ids.map((_, id) =>
    columns.map((_column, i) => (used.has(i) ? new Float64Array(counts[id] ?? 0) : EMPTY)),
  );
  for (const column of used) {
    const from = column === undefined ? undefined : columns[column];
    if (column === undefined || from === undefined) continue;
    const targets = parts.map((part) => part[column] as Float64Array);
    const filled = new Uint32Array(ids.length);
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] as number;
      if (code === NO_ID) continue;
      const at = filled[code] as number;
      (targets[code] as Float64Array)[at] = from[row] as number;
      filled[code] = at + 1;
    }
  }
  return parts;
}

/** Leaves out what has no time, or one further than `farthest` from 0, and puts the rows of each id in order of time. */
export function putInOrder(
  parts: readonly SplitRows[],
  farthest: number,
): { readonly sorted: readonly SplitRows[]; readonly notes: readonly string[] } {
  let missing = 0;
  let disordered = false;
  const sorted = parts.map((part) => {
    const { instants } = part;
    if (isAscending(instants, farthest)) return part;
    const rows = Uint32Array.from(instants, (_, row) => row).filter(
      (row) => Math.abs(instants[row] as number) <= farthest,
    );
    missing += instants.length - rows.length;
    const read = pickRows(part, rows);
    if (rows.length === 0 || isAscending(read.instants, farthest)) return read;
    disordered = true;
    rows.sort((a, b) => (instants[a] as number) - (instants[b] as number) || a - b);
    return pickRows(part, rows);
  });
  return {
    sorted,
    notes: [
      ...(missing > 0 ? [`${missing} rows without a readable time were left out.`] : []),
      ...(disordered ? ['The rows were not in order of time and have been put in order.'] : []),
    ],
  };
}

function pickRows({ instants, columns }: SplitRows, rows: Uint32Array): SplitRows {
  const pick = (from: Float64Array) => Float64Array.from(rows, (row) => from[row] as number);
  return { instants: pick(instants), columns: columns.map(pick) };
}
