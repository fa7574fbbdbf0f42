import type { SplitChannel } from './split-rows.ts';

/** How the times of channels agree. */
export interface TimeCounts {
  /** Values of all channels. */
  readonly values: number;
  /** Different times. */
  readonly distinct: number;
  /** Values of a channel at the time of the one before. */
  readonly repeated: number;
}

export function countTimes(channels: readonly SplitChannel[]): TimeCounts {
  const values = channels.reduce((sum, { instants }) => sum + instants.length, 0);
  const all = new Float64Array(values);
  let at = 0;
  let repeated = 0;
  for (const { instants } of channels) {
    all.set(instants, at);
    at += instants.length;
    repeated += countEqualNeighbours(instants);
  }
  all.sort();
  return { values, distinct: values - countEqualNeighbours(all), repeated };
}

function countEqualNeighbours(sorted: Float64Array): number {
  let equal = 0;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) equal += 1;
  return equal;
}

/**
 * Channels, each in order of time, at the times of all of them: every value stays, and where a channel has none there is NaN. Of several
 * values of a channel at one time each has a row.
 * @param most rows that there can be
 */
export function mergeChannels(
  channels: readonly SplitChannel[],
  most: number,
): { readonly instants: Float64Array; readonly values: readonly Float64Array[] } {
  const instants = new Float64Array(most);
  const values = channels.map(() => new Float64Array(most).fill(Number.NaN));
  const heads = new Uint32Array(channels.length);
  const next = Float64Array.from(channels, (channel) => channel.instants[0] ?? Number.POSITIVE_INFINITY);
  let row = 0;
  for (;;) {
    let time = Number.POSITIVE_INFINITY;
    for (let i = 0; i < next.length; i++) if ((next[i] as number) < time) time = next[i] as number;
    if (time === Number.POSITIVE_INFINITY) break;
    instants[row] = time;
    for (let i = 0; i < next.length; i++) {
      if (next[i] !== time) continue;
      const channel = channels[i] as SplitChannel;
      const at = heads[i] as number;
      (values[i] as Float64Array)[row] = channel.values[at] as number;
      heads[i] = at + 1;
      next[i] = channel.instants[at + 1] ?? Number.POSITIVE_INFINITY;
    }
    row += 1;
  }
  return { instants: instants.subarray(0, row), values: values.map((some) => some.subarray(0, row)) };
}
