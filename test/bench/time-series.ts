/**
 * Plots of 10^6 and 10^7 points and tables of text beside the fastest parser of npm, in one process, taking turns.
 *
 *     node test/bench/time-series.ts [--json FILE] [--runs N]
 *
 * Milliseconds are the least of all runs; MB are 10^6 bytes.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { inferSchema, initParser } from 'udsv';
import { DEFAULT_LIMITS } from '../../packages/vision/index.ts';
import { drawPlot } from '../../packages/vision/time-series/draw/draw-plot.ts';
import { divideRows, findExtremes, findPlainRange } from '../../packages/vision/time-series/draw/extremes.ts';
import { readTable } from '../../packages/vision/time-series/read/read-table.ts';
import { findSpan, sampleEvery } from '../../packages/vision/time-series/timeline.ts';

const { values: options } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '7' } },
});
const runs = Number(options.runs);
const figures: Record<string, number> = {};

measurePlots();
measureTables();
for (const [name, value] of Object.entries(figures)) {
  process.stdout.write(`${name.padEnd(34)} ${value.toFixed(2).padStart(9)}\n`);
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);

function measurePlots(): void {
  for (const [name, rows] of [
    ['1e3', 1e3],
    ['1e6', 1e6],
    ['1e7', 1e7],
  ] as const) {
    const values = makeSignal(rows);
    const timeline = sampleEvery(0.01, rows);
    const span = findSpan(timeline);
    const plot = () =>
      drawPlot({
        timeline,
        channels: [{ name: 'value', values }],
        span,
        title: name,
        widthPx: 1200,
        longSidePx: 2048,
      });
    if (rows < 1e7) {
      Object.assign(figures, takeTurns({ [`vision.plot_${name}.ms`]: plot }));
      continue;
    }
    const bounds = divideRows(timeline, span, 1092);
    const copy = new Float64Array(8192);
    const turns = {
      'vision.plot_1e7.ms': plot,
      'vision.extremes_1e7.ms': () => findExtremes(values, bounds),
      'peer.extremes_1e7_plain.ms': () =>
        Array.from(bounds, (from, i) => findPlainRange(values, from, bounds[i + 1] ?? from)),
      // What reading the numbers once into the cache takes: the floor of all the others.
      'limit.read_1e7.ms': () => {
        for (let at = 0; at + 8192 <= rows; at += 8192) copy.set(values.subarray(at, at + 8192));
      },
    };
    Object.assign(figures, takeTurns(turns));
  }
}

function measureTables(): void {
  const numeric = makeNumericTable(1_000_000);
  const dated = makeDatedTable(1_000_000);
  const speeds = (bytes: Buffer, names: readonly [string, string]) => {
    const times = takeTurns({
      [names[0]]: () => readTable(bytes, DEFAULT_LIMITS),
      [names[1]]: () => {
        const text = bytes.toString('latin1');
        return initParser(inferSchema(text)).typedCols(text);
      },
    });
    for (const [name, ms] of Object.entries(times)) figures[name] = bytes.length / 1000 / ms;
  };
  speeds(numeric, ['vision.csv_mb_per_s', 'peer.udsv_mb_per_s']);
  speeds(dated, ['vision.csv_dated_mb_per_s', 'peer.udsv_dated_mb_per_s']);
  figures['vision.csv_ratio'] = (figures['vision.csv_mb_per_s'] ?? 0) / (figures['peer.udsv_mb_per_s'] ?? 1);
  figures['vision.csv_dated_ratio'] =
    (figures['vision.csv_dated_mb_per_s'] ?? 0) / (figures['peer.udsv_dated_mb_per_s'] ?? 1);
}

/** The least time of each, ms. All run twice uncounted, then in turns, so that load falls on all alike. */
function takeTurns(works: Readonly<Record<string, () => unknown>>): Record<string, number> {
  const best = Object.fromEntries(Object.keys(works).map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let run = -2; run < runs; run++) {
    for (const [name, work] of Object.entries(works)) {
      const started = performance.now();
      work();
      const ms = performance.now() - started;
      if (run >= 0) best[name] = Math.min(best[name] ?? ms, ms);
    }
  }
  return best;
}

function makeRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function makeSignal(rows: number): Float64Array {
  const random = makeRandom();
  return Float64Array.from({ length: rows }, (_, i) => Math.sin((i / rows) * 50) + random());
}

/** Five columns of measurements with 3 to 6 decimals. */
function makeNumericTable(rows: number): Buffer {
  const random = makeRandom();
  const lines = Array.from({ length: rows }, () =>
    [3, 6, 4, 5, 6].map((decimals) => (random() * 200 - 100).toFixed(decimals)).join(','),
  );
  return Buffer.from(`a,b,c,d,e\n${lines.join('\n')}\n`);
}

/** A time every five minutes and a value with 6 decimals. */
function makeDatedTable(rows: number): Buffer {
  const random = makeRandom();
  const lines = Array.from({ length: rows }, (_, i) => {
    const time = new Date(1_396_310_400_000 + i * 300_000).toISOString();
    return `${time.slice(0, 10)} ${time.slice(11, 19)},${(random() * 200).toFixed(6)}`;
  });
  return Buffer.from(`timestamp,value\n${lines.join('\n')}\n`);
}
