import { divideRows, findExtremes } from './draw/extremes.ts';
import type { Channel } from './series.ts';
import type { Timeline } from './timeline.ts';

/** A stretch of time that differs from the rest. */
export interface ProposedWindow {
  readonly span: readonly [number, number];
  /** Distance from what is usual, in robust standard deviations. */
  readonly score: number;
  /** Name of the channel in which it was found. */
  readonly channel: string;
}

/** The span is cut into this many cells; a window is this many cells, and begins at every cell. */
const CELLS = 1200;
const WINDOW_CELLS = 30;
/** Shorter series have fewer rows than cells: then a cell is a row, and a window at least this many. */
const LEAST_WINDOW = 4;
/** Windows nearer to the usual than this are not proposed. */
const LEAST_SCORE = 3;
/** The median absolute deviation of a normal distribution is this part of its standard deviation. */
const MAD_PER_SIGMA = 0.6745;
/** Zooms show a window with this much of its length on either side. */
const SURROUNDINGS = 0.5;

/**
 * The windows whose values differ most from those of the other windows: by their highest, their lowest or their middle
 * value, by how far they move or by how far neighbouring cells differ (Hampel's identifier on each of the five: distance
 * from the median over the windows, in median absolute deviations). Best first, none overlapping.
 *
 * It knows no seasons and no trend: what it proposes is worth a look, no verdict.
 */
export function proposeWindows(
  timeline: Timeline,
  channels: readonly Channel[],
  span: readonly [number, number],
  most: number,
): ProposedWindow[] {
  if (most === 0) return [];
  const cells = Math.min(CELLS, timeline.rows);
  const length = Math.max(LEAST_WINDOW, Math.round((WINDOW_CELLS * cells) / CELLS));
  if (cells < 4 * length) return [];
  const bounds = divideRows(timeline, span, cells);
  const found = channels.flatMap((channel) => {
    const scores = scoreWindows(findExtremes(channel.values, bounds), length);
    return pickPeaks(scores, length, most).map(({ at, score }) => ({ at, score, channel: channel.name }));
  });
  const cell = (span[1] - span[0]) / cells;
  const chosen: ProposedWindow[] = [];
  for (const { at, score, channel } of found.toSorted((a, b) => b.score - a.score)) {
    const room = length * SURROUNDINGS;
    const window: readonly [number, number] = [
      Math.max(span[0], span[0] + (at - room) * cell),
      Math.min(span[1], span[0] + (at + length + room) * cell),
    ];
    const free = chosen.every(({ span: [from, to] }) => window[1] <= from || window[0] >= to);
    if (free && chosen.length < most) chosen.push({ span: window, score, channel });
  }
  return chosen;
}

function scoreWindows({ low, high }: ReturnType<typeof findExtremes>, length: number): Float64Array {
  const count = low.length - length + 1;
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
  const scores = new Float64Array(count);
  for (const feature of features) {
    const sorted = feature.filter((value) => !Number.isNaN(value)).sort();
    const median = sorted[sorted.length >> 1] ?? 0;
    const deviations = sorted.map((value) => Math.abs(value - median)).sort();
    // Where most windows are alike, the mean deviation still tells the others.
    const mean = deviations.reduce((sum, value) => sum + value, 0) / Math.max(1, deviations.length);
    const scale = Math.max((deviations[deviations.length >> 1] ?? 0) / MAD_PER_SIGMA, mean / 4);
    if (!(scale > 0)) continue;
    for (let at = 0; at < count; at++) {
      const distance = Math.abs((feature[at] as number) - median) / scale;
      if (distance > (scores[at] as number)) scores[at] = distance;
    }
  }
  return scores;
}

/** The highest scores, their windows apart. A plateau of equal scores is one window around its middle. */
function pickPeaks(
  scores: Float64Array,
  length: number,
  most: number,
): { readonly at: number; readonly score: number }[] {
  const left = scores.slice();
  const peaks: { at: number; score: number }[] = [];
  while (peaks.length < most) {
    let best = 0;
    for (let at = 1; at < left.length; at++) if ((left[at] as number) > (left[best] as number)) best = at;
    const score = left[best] ?? 0;
    if (!(score >= LEAST_SCORE)) break;
    let end = best;
    while (end + 1 < left.length && end - best < length && (left[end + 1] as number) >= score * 0.999)
      end += 1;
    const at = (best + end) >> 1;
    peaks.push({ at, score });
    left.fill(0, Math.max(0, at - 2 * length), at + 2 * length);
  }
  return peaks;
}
