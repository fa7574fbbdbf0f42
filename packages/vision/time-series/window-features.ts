import type { Extremes } from './draw/extremes.ts';

/** Highest, lowest and middle value, logarithms of extent and of roughness: of the window that begins at each cell, NaN for few. */
export type WindowFeatures = readonly Float64Array[];

/** What is usual of one feature. */
export interface Usual {
  readonly median: number;
  /** Robust standard deviation, above 0. */
  readonly scale: number;
  /** How far the normal windows go from the median, in `scale`; 0 when not known. */
  readonly reach: number;
}

/** The median absolute deviation of a normal distribution is this part of its standard deviation. */
const MAD_PER_SIGMA = 0.6745;

/** Five features of each window of `length` cells. */
export function measureWindows({ low, high }: Extremes, length: number): WindowFeatures {
  const count = Math.max(0, low.length - length + 1);
  const features = Array.from({ length: 5 }, () => new Float64Array(count).fill(Number.NaN));
  const [highest, lowest, middle, extent, roughness] = features as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let at = 0; at < count; at++) {
    let top = Number.NEGATIVE_INFINITY;
    let bottom = Number.POSITIVE_INFINITY;
    let sum = 0;
    let steps = 0;
    let filled = 0;
    let before = Number.NaN;
    for (let i = at; i < at + length; i++) {
      const [l, h] = [low[i] as number, high[i] as number];
      if (Number.isNaN(l)) continue;
      const centre = l / 2 + h / 2;
      filled += 1;
      top = Math.max(top, h);
      bottom = Math.min(bottom, l);
      sum += centre;
      if (!Number.isNaN(before)) steps += Math.abs(centre - before);
      steps += h - l;
      before = centre;
    }
    if (filled < length / 4) continue;
    highest[at] = top;
    lowest[at] = bottom;
    middle[at] = sum / filled;
    // Ratios, so that a stretch that falls silent counts as much as one that doubles.
    extent[at] = Math.log(top - bottom || Number.MIN_VALUE);
    roughness[at] = Math.log(steps / filled || Number.MIN_VALUE);
  }
  return features;
}

/**
 * What is usual of each feature: median and median absolute deviation over all windows given (Hampel's identifier). `areNormal`: the
 * windows are all normal, so how far they go is no news either. `undefined` for a feature that does not vary.
 */
export function findUsual(
  all: readonly WindowFeatures[],
  areNormal: boolean,
): readonly (Usual | undefined)[] {
  const [first = []] = all;
  return first.map((_, index) => {
    const sorted = Float64Array.from(
      all.flatMap((features) => Array.from(features[index] ?? []).filter((value) => !Number.isNaN(value))),
    ).sort();
    const median = sorted[sorted.length >> 1] ?? 0;
    const deviations = sorted.map((value) => Math.abs(value - median)).sort();
    // Where most windows are alike, the mean deviation still tells the others.
    const mean = deviations.reduce((sum, value) => sum + value, 0) / Math.max(1, deviations.length);
    const scale = Math.max((deviations[deviations.length >> 1] ?? 0) / MAD_PER_SIGMA, mean / 4);
    if (!(scale > 0)) return undefined;
    return { median, scale, reach: areNormal ? (deviations.at(-1) ?? 0) / scale : 0 };
  });
}

/**
 * How far each window is from what is usual by the feature that is furthest, in robust standard deviations; where normal windows go
 * further than `least` themselves, in parts of as far as they go, times `least`.
 */
export function scoreWindows(
  features: WindowFeatures,
  usual: readonly (Usual | undefined)[],
  least: number,
): Float64Array {
  const scores = new Float64Array(features[0]?.length ?? 0);
  for (const [index, feature] of features.entries()) {
    const known = usual[index];
    if (known === undefined) continue;
    const unit = (known.scale * Math.max(least, known.reach)) / least;
    for (let at = 0; at < scores.length; at++) {
      const distance = Math.abs((feature[at] as number) - known.median) / unit;
      if (distance > (scores[at] as number)) scores[at] = distance;
    }
  }
  return scores;
}
