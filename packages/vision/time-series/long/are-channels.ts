import type { TimeCounts } from './merge-channels.ts';
import type { SplitChannel } from './split-rows.ts';

/** So many values to a time, on average, and several things are measured at once. */
const SHARED = 1.25;
/** Of one thing there are seldom two values at a time. */
const MOST_REPEATED = 0.1;

/**
 * Whether what the rows are told apart by are things measured beside each other, and not states that one thing passes through: several
 * have values at one time, or one follows the other and begins before it ends, or, where a header says so, they take turns.
 */
export function areChannels(
  channels: readonly SplitChannel[],
  {
    values,
    distinct,
    repeated,
    runs,
    isNamed,
  }: TimeCounts & { readonly runs: number; readonly isNamed: boolean },
): boolean {
  if (values < 2 * channels.length || repeated > values * MOST_REPEATED) return false;
  if (values - repeated >= distinct * SHARED) return true;
  return runs === channels.length ? followEachOther(channels) : isNamed;
}

/** A block of rows for each, most of which last while others do. */
function followEachOther(channels: readonly SplitChannel[]): boolean {
  const overlaps = channels.slice(1).filter((channel, i) => overlap(channels[i], channel)).length;
  return overlaps >= (channels.length - 1) / 2;
}

function overlap(a: SplitChannel | undefined, b: SplitChannel): boolean {
  const [first, last] = [b.instants[0], b.instants.at(-1)];
  const [firstOfA, lastOfA] = [a?.instants[0], a?.instants.at(-1)];
  if (first === undefined || last === undefined || firstOfA === undefined || lastOfA === undefined)
    return false;
  return first < lastOfA && firstOfA < last;
}
