/**
 * Plots of a million and of ten million numbers, encoded, beside vega.
 *
 *     npm run bench -- --only vision.plots
 */

import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { drawPlot } from '../../packages/vision/time-series/draw/draw-plot.ts';
import { divideRows, findExtremes, findPlainRange } from '../../packages/vision/time-series/draw/extremes.ts';
import { findSpan, sampleEvery } from '../../packages/vision/time-series/timeline.ts';
import { type Figures, runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';
import { plotWithVega } from './support/vega-plot.ts';

const COLUMNS = 1092;

await runBench(9, async (runs) => ({
  figures: { ...(await measurePlot('1e6', 1e6, runs)), ...(await measurePlot('1e7', 1e7, runs)) },
  // The values are read once, a palette index per pixel is written.
  bytesMoved: {
    'vision.plot_1e6.ms': 8e6 + 1200 * 480,
    'vision.plot_1e7.ms': 8e7 + 1200 * 480,
    'vision.extremes_1e7.ms': 8e7,
  },
}));

async function measurePlot(name: '1e6' | '1e7', rows: number, runs: number): Promise<Figures> {
  const values = makeSignal(rows);
  const timeline = sampleEvery(0.01, rows);
  const span = findSpan(timeline);
  const plots = await takeTurns(
    {
      [`vision.plot_${name}.ms`]: () =>
        drawPlot({
          timeline,
          channels: [{ name: 'value', values }],
          span,
          title: name,
          widthPx: 1200,
          longSidePx: 2048,
        }),
      [`peer.vega_${name}_ms`]: () => plotWithVega(values, name),
    },
    runs,
  );
  if (name === '1e6') return plots;
  const bounds = divideRows(timeline, span, COLUMNS);
  const extremes = await takeTurns(
    {
      'vision.extremes_1e7.ms': () => findExtremes(values, bounds),
      'peer.plain_extremes_1e7.ms': () =>
        Array.from(bounds, (from, i) => findPlainRange(values, from, bounds[i + 1] ?? from)),
    },
    runs,
  );
  return { ...plots, ...extremes };
}

function makeSignal(rows: number): Float64Array {
  const random = createRandom(1);
  return Float64Array.from({ length: rows }, (_, i) => Math.sin((i / rows) * 50) + random());
}
