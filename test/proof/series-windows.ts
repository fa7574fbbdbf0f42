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
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { measureAuroc, tellAuroc } from './support/auroc-interval.ts';
import { type ScoredSeries, scoreSeries } from './support/score-series.ts';

const FILES = [
  'artificialWithAnomaly/art_daily_jumpsup.csv',
  'realKnownCause/machine_temperature_system_failure.csv',
  'realKnownCause/nyc_taxi.csv',
];

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '..', 'fixtures', 'timeseries') },
    json: { type: 'string' },
  },
});
const series: ScoredSeries[] = [];
for (const name of FILES) {
  if (!existsSync(join(values.data, name.slice(name.indexOf('/') + 1)))) continue;
  const scored = scoreSeries(values.data, name);
  series.push(scored);
  tell(name, [scored]);
}
const rows = tell('all', series);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

function tell(title: string, some: readonly ScoredSeries[]) {
  const measure = (kind: keyof ScoredSeries) =>
    measureAuroc(
      some.map((one) => one[kind]),
      createRandom(1),
    );
  const measured = { alone: measure('alone'), compared: measure('compared') };
  process.stdout.write(
    `${title}\n  alone ${tellAuroc(measured.alone)}\n  compared ${tellAuroc(measured.compared)}\n`,
  );
  return measured;
}
