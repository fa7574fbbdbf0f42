import type { TimeCounts } from './merge-channels.ts';
import type { SplitRows } from './split-rows.ts';

/** So many rows to a time, on average, and several things are measured at once. */
const SHARED = 1.25;
/** Of one thing there are seldom two rows at a time. */
const MOST_REPEATED = 0.1;

/**
 * Whether what the rows are told apart by are things measured beside each other, and not states that one thing passes through: several
 * have rows at one time, or one follows the other and begins before it ends, or, of texts where a header says so, they take turns.
 */
export function areChannels(
  parts: readonly SplitRows[],
  {
    rows,
    distinct,
    repeated,
    runs,
    isNamed,
  }: TimeCounts & { readonly runs: number; readonly isNamed: boolean },
): boolean {
  if (rows < 2 * parts.length || repeated > rows * MOST_REPEATED) return false;
  if (rows - repeated >= distinct * SHARED) return true;
  return runs === parts.length ? followEachOther(parts) : isNamed;
}

/** A block of rows for each, most of which last while others do. */
function followEachOther(parts: readonly SplitRows[]): boolean {
  const overlaps = parts.slice(1).filter((part, i) => overlap(parts[i], part)).length;
  return overlaps >= (parts.length - 1) / 2;
}

function overlap(a: SplitRows | undefined, b: SplitRows): boolean {
  const [first, last] = [b.instants[0], b.instants.at(-1)];
  const [firstOfA, lastOfA] = [a?.instants[0], a?.instants.at(-1)];
  if (first === undefined || last === undefined || firstOfA === undefined || lastOfA === undefined)
    return false;
  return first < lastOfA && firstOfA < last;
}
