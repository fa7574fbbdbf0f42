import type { Extremes } from './draw/extremes.ts';
import { divideRows, findExtremes } from './draw/extremes.ts';
import type { Series } from './series.ts';
import { findSpan } from './timeline.ts';

/** The normal range of a channel over the whole span of a series. */
export interface Band {
  readonly channel: string;
  /**
   * Values at equal distances from the first to the last instant, 1 or more and as many as `upper` has; between them
   * the band is straight. One value is a constant limit. NaN: no limit there.
   */
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/**
 * What normal series of equal length show: the least and the greatest of all of them at each of `bins` parts of their
 * span. Channels are matched by name, those of the first series are given.
 */
export function makeBands(references: readonly Series[], bins: number = 200): Band[] {
  return (references[0]?.channels ?? []).map(({ name }) => {
    const lower = new Float64Array(bins).fill(Number.NaN);
    const upper = new Float64Array(bins).fill(Number.NaN);
    for (const { timeline, channels } of references) {
      const channel = channels.find((candidate) => candidate.name === name);
      if (channel === undefined) continue;
      const { low, high } = findExtremes(channel.values, divideRows(timeline, findSpan(timeline), bins));
      for (let i = 0; i < bins; i++) {
        // A comparison with NaN fails, so the first value replaces it.
        if (!((low[i] as number) >= (lower[i] as number))) lower[i] = keep(low[i], lower[i]);
        if (!((high[i] as number) <= (upper[i] as number))) upper[i] = keep(high[i], upper[i]);
      }
    }
    return { channel: name, lower, upper };
  });
}

/** The band at the middle of each of `columns` parts of `span`, a part of `whole`. */
export function interpolateBand(
  { lower, upper }: Band,
  whole: readonly [number, number],
  span: readonly [number, number],
  columns: number,
): Extremes {
  const low = new Float64Array(columns);
  const high = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const instant = span[0] + ((column + 0.5) / columns) * (span[1] - span[0]);
    const part = Math.min(1, Math.max(0, (instant - whole[0]) / (whole[1] - whole[0])));
    low[column] = interpolate(lower, part);
    high[column] = interpolate(upper, part);
  }
  return { low, high };
}

function interpolate(values: ArrayLike<number>, part: number): number {
  const at = part * (values.length - 1);
  const before = values[Math.floor(at)] ?? Number.NaN;
  const after = values[Math.ceil(at)] ?? Number.NaN;
  return before + (at - Math.floor(at)) * (after - before);
}

function keep(value: number | undefined, otherwise: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? (otherwise ?? Number.NaN) : value;
}
