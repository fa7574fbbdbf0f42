import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../../packages/vision/index.ts';
import { scoreSpan } from '../../../packages/vision/time-series/propose-windows.ts';
import { readTable } from '../../../packages/vision/time-series/read/read-table.ts';
import type { Series } from '../../../packages/vision/time-series/series.ts';
import {
  findRow,
  findSpan,
  instantAt,
  measureTimeline,
} from '../../../packages/vision/time-series/timeline.ts';
import type { ScoredGroup } from './auroc-interval.ts';

export interface ScoredSeries {
  /** Compared with itself. */
  readonly alone: ScoredGroup;
  /** Compared with its beginning. */
  readonly compared: ScoredGroup;
}

/** NAB's probationary period: what every detector may learn from. */
const LEARNT = 0.15;

/**
 * Windows of a series of NAB after its beginning, anomalous when they overlap one that NAB marks.
 * @param folder holds the CSV file and combined_windows.json (numenta/NAB)
 * @param name as NAB's labels call it, e.g. `realKnownCause/nyc_taxi.csv`
 */
export function scoreSeries(folder: string, name: string): ScoredSeries {
  const labels = JSON.parse(readFileSync(join(folder, 'combined_windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >;
  const marked = (labels[name] ?? []).map(
    ([from, to]) => [Date.parse(`${from.slice(0, 19)}Z`), Date.parse(`${to.slice(0, 19)}Z`)] as const,
  );
  const series = readTable(readFileSync(join(folder, name.slice(name.indexOf('/') + 1))), DEFAULT_LIMITS);
  const [first, last] = findSpan(series.timeline);
  const split = findRow(series.timeline, first * (1 - LEARNT) + last * LEARNT);
  const [start, rest] = [cut(series, 0, split), cut(series, split)];
  const score = (normal: readonly Series[]) =>
    group(scoreSpan(rest.timeline, rest.channels, findSpan(rest.timeline), normal), marked);
  return { alone: score([]), compared: score([start]) };
}

function cut({ timeline, channels, notes }: Series, from: number, end: number = timeline.rows): Series {
  const instants = Float64Array.from({ length: end - from }, (_, i) => instantAt(timeline, from + i));
  return {
    timeline: measureTimeline(timeline.axis, instants, timeline.zoned),
    channels: channels.map((channel) => ({ ...channel, values: channel.values.slice(from, end) })),
    notes,
  };
}

function group(
  windows: readonly { readonly span: readonly [number, number]; readonly score: number }[],
  marked: readonly (readonly [number, number])[],
): ScoredGroup {
  const overlaps = ({ span: [from, to] }: (typeof windows)[number]) =>
    marked.some(([first, last]) => from < last && to > first);
  return {
    normal: windows.filter((window) => !overlaps(window)).map(({ score }) => score),
    anomalous: windows.filter(overlaps).map(({ score }) => score),
  };
}
