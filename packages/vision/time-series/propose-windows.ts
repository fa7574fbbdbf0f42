import { divideRows, findExtremes } from './draw/extremes.ts';
import type { Channel, Series } from './series.ts';
import { findSpan, type Timeline } from './timeline.ts';
import { findUsual, measureWindows, scoreWindows, type WindowFeatures } from './window-features.ts';

/** A stretch of time that differs from the rest. */
export interface ProposedWindow {
  readonly span: readonly [number, number];
  /** What was looked at, without its surroundings. */
  readonly core: readonly [number, number];
  /**
   * Distance from what is usual, in robust standard deviations; with references 3 is as far as they ever go, if that is
   * further.
   */
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
export const LEAST_SCORE = 3;
/** A reference that lasts longer is compared with by its beginning. */
const MOST_REFERENCE_CELLS = 100_000;
/** Zooms show a window with this much of its length on either side. */
const SURROUNDINGS = 0.5;

/**
 * The windows whose values differ most from those of the other windows: by their highest, their lowest or their middle
 * value, by how far they move or by how far neighbouring cells differ (Hampel's identifier on each of the five: distance
 * from the median over the windows, in median absolute deviations). Best first, none overlapping.
 *
 * With references, normal series of the same axis, what is usual is theirs, and no window of theirs stands out. Without, it knows no
 * seasons and no trend: what it proposes is worth a look, no verdict.
 */
export function proposeWindows(
  timeline: Timeline,
  channels: readonly Channel[],
  span: readonly [number, number],
  most: number,
  references: readonly Series[] = [],
  least: number = LEAST_SCORE,
): ProposedWindow[] {
  const cut = cutWindows(timeline, span);
  if (most === 0 || cut === undefined) return [];
  const { length, cell, scores } = scoreChannels(timeline, channels, span, cut, references);
  const found = scores.flatMap((channelScores, i) =>
    pickPeaks(channelScores, length, most, least).map(({ at, score }) => ({
      at,
      score,
      channel: channels[i]?.name ?? '',
    })),
  );
  const chosen: ProposedWindow[] = [];
  for (const { at, score, channel } of found.toSorted((a, b) => b.score - a.score)) {
    const room = length * SURROUNDINGS;
    const window: readonly [number, number] = [
      Math.max(span[0], span[0] + (at - room) * cell),
      Math.min(span[1], span[0] + (at + length + room) * cell),
    ];
    const free = chosen.every(({ span: [from, to] }) => window[1] <= from || window[0] >= to);
    if (free && chosen.length < most)
      chosen.push({
        span: window,
        core: [span[0] + at * cell, span[0] + (at + length) * cell],
        score,
        channel,
      });
  }
  return chosen;
}

/** The scores of windows that follow one another over a span, the highest of all channels; see `proposeWindows`. */
export function scoreSpan(
  timeline: Timeline,
  channels: readonly Channel[],
  span: readonly [number, number],
  references: readonly Series[],
): { readonly span: readonly [number, number]; readonly score: number }[] {
  const cut = cutWindows(timeline, span);
  if (cut === undefined) return [];
  const { length, cell, scores } = scoreChannels(timeline, channels, span, cut, references);
  return Array.from({ length: Math.floor(cut.cells / length) }, (_, i) => ({
    span: [span[0] + i * length * cell, span[0] + (i + 1) * length * cell],
    score: Math.max(...scores.map((of) => of[i * length] ?? 0)),
  }));
}

interface Cut {
  readonly cells: number;
  /** Cells of a window. */
  readonly length: number;
  /** Duration of a cell. */
  readonly cell: number;
}

/** How a span is cut into windows; `undefined` when it is too short. */
function cutWindows({ rows }: Timeline, span: readonly [number, number]): Cut | undefined {
  const cells = Math.min(CELLS, rows);
  const length = Math.max(LEAST_WINDOW, Math.round((WINDOW_CELLS * cells) / CELLS));
  return cells < 4 * length ? undefined : { cells, length, cell: (span[1] - span[0]) / cells };
}

/** The score of the window that begins at each cell, of each channel. */
function scoreChannels(
  timeline: Timeline,
  channels: readonly Channel[],
  span: readonly [number, number],
  { cells, length, cell }: Cut,
  references: readonly Series[],
): { readonly length: number; readonly cell: number; readonly scores: readonly Float64Array[] } {
  const bounds = divideRows(timeline, span, cells);
  const scores = channels.map(({ name, values }) => {
    const features = measureWindows(findExtremes(values, bounds), length);
    const normal = references.flatMap((reference) =>
      measureReference(reference, timeline, name, length, cell),
    );
    const usual = findUsual(normal.length > 0 ? normal : [features], normal.length > 0);
    return scoreWindows(features, usual, LEAST_SCORE);
  });
  return { length, cell, scores };
}

/** The features of a reference's windows that last as long; none when it can't be compared. */
function measureReference(
  { timeline, channels }: Series,
  { axis }: Timeline,
  name: string,
  length: number,
  cell: number,
): WindowFeatures[] {
  const values = channels.find((channel) => channel.name === name)?.values;
  if (values === undefined || timeline.axis !== axis) return [];
  const span = findSpan(timeline);
  const cells = Math.min(MOST_REFERENCE_CELLS, Math.round((span[1] - span[0]) / cell));
  if (cells < 4 * length) return [];
  const end = Math.min(span[1], span[0] + cells * cell);
  return [measureWindows(findExtremes(values, divideRows(timeline, [span[0], end], cells)), length)];
}

/** The highest scores, their windows apart. A plateau of equal scores is one window around its middle. */
function pickPeaks(
  scores: Float64Array,
  length: number,
  most: number,
  least: number,
): { readonly at: number; readonly score: number }[] {
  const left = scores.slice();
  const peaks: { at: number; score: number }[] = [];
  while (peaks.length < most) {
    let best = 0;
    for (let at = 1; at < left.length; at++) if ((left[at] as number) > (left[best] as number)) best = at;
    const score = left[best] ?? 0;
    if (!(score >= least)) break;
    let end = best;
    while (end + 1 < left.length && end - best < length && (left[end + 1] as number) >= score * 0.999)
      end += 1;
    const at = (best + end) >> 1;
    peaks.push({ at, score });
    left.fill(0, Math.max(0, at - 2 * length), at + 2 * length);
  }
  return peaks;
}
