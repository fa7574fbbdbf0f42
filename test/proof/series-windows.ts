/**
 * AUROC of the windows of series against NAB's labels: every window of 1/40 of a series, anomalous when it overlaps one that NAB marks.
 *
 *     node test/proof/series-windows.ts [--data FOLDER] [--json FILE]
 *
 * FOLDER holds NAB's CSV files and combined_windows.json (numenta/NAB, MIT). "Alone" compares a series with itself; "compared" takes its
 * first 15 %, which NAB gives every detector to learn from, as the normal series, and judges the rest; in machine_temperature these hold a
 * marked window themselves. Windows
 * follow one another without overlap; the interval is the bootstrap's over windows.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_LIMITS } from '../../packages/vision/index.ts';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { scoreSpan } from '../../packages/vision/time-series/propose-windows.ts';
import { readTable } from '../../packages/vision/time-series/read/read-table.ts';
import type { Series } from '../../packages/vision/time-series/series.ts';
import { findRow, findSpan, instantAt, measureTimeline } from '../../packages/vision/time-series/timeline.ts';
import { measureAuroc, type ScoredGroup, tellAuroc } from './support/auroc-interval.ts';

const FILES = [
  'artificialWithAnomaly/art_daily_jumpsup.csv',
  'realKnownCause/machine_temperature_system_failure.csv',
  'realKnownCause/nyc_taxi.csv',
];
/** NAB's probationary period. */
const LEARNT = 0.15;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '..', 'fixtures', 'timeseries') },
    json: { type: 'string' },
  },
});
const labels = JSON.parse(readFileSync(join(values.data, 'combined_windows.json'), 'utf8')) as Record<
  string,
  [string, string][]
>;
const alone: ScoredGroup[] = [];
const compared: ScoredGroup[] = [];
for (const name of FILES) {
  const file = join(values.data, name.slice(name.indexOf('/') + 1));
  if (!existsSync(file)) continue;
  const series = readTable(readFileSync(file), DEFAULT_LIMITS);
  const marked = (labels[name] ?? []).map(
    ([from, to]) => [Date.parse(`${from.slice(0, 19)}Z`), Date.parse(`${to.slice(0, 19)}Z`)] as const,
  );
  const split = findSpan(series.timeline)[0] * (1 - LEARNT) + findSpan(series.timeline)[1] * LEARNT;
  const [start, rest] = [
    cut(series, 0, findRow(series.timeline, split)),
    cut(series, findRow(series.timeline, split)),
  ];
  alone.push(group(scoreSpan(rest.timeline, rest.channels, findSpan(rest.timeline), []), marked));
  compared.push(group(scoreSpan(rest.timeline, rest.channels, findSpan(rest.timeline), [start]), marked));
  const [one, other] = [alone, compared].map((groups) => measureAuroc(groups.slice(-1), createRandom(1)));
  if (one && other)
    process.stdout.write(`${name}\n  alone ${tellAuroc(one)}\n  compared ${tellAuroc(other)}\n`);
}
const rows = {
  alone: measureAuroc(alone, createRandom(1)),
  compared: measureAuroc(compared, createRandom(1)),
};
process.stdout.write(`all\n  alone ${tellAuroc(rows.alone)}\n  compared ${tellAuroc(rows.compared)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

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
