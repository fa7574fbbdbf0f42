/**
 * What the embedded detector was measured at, held from below. The figures are those of `board-tiles.ts` and `series-windows.ts` on the
 * bundled files, 22 November 2026; the floor lies 0.02 under each, for other rounding.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../packages/vision/point-cloud/testing/random.ts';
import { measureAuroc } from './support/auroc-interval.ts';
import { scoreBoard } from './support/score-board.ts';
import { scoreSeries } from './support/score-series.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const SLACK = 0.02;

test('tiles with a defect of a printed board score above those without, still and moved', async () => {
  const { still, moved } = await scoreBoard(join(FIXTURES, 'images', 'deeppcb'), '00041000', 64, 100);
  for (const group of [still, moved]) {
    expect(measureAuroc([group], createRandom(1)).auroc).toBeGreaterThan(1 - SLACK);
  }
});

test.each([
  ['artificialWithAnomaly/art_daily_jumpsup.csv', 0.74, 0.86],
  ['realKnownCause/nyc_taxi.csv', 0.83, 0.85],
])('windows that NAB marks in %s score above the others', (name, alone, compared) => {
  const scored = scoreSeries(join(FIXTURES, 'timeseries'), name);
  expect(measureAuroc([scored.alone], createRandom(1)).auroc).toBeGreaterThan(alone - SLACK);
  expect(measureAuroc([scored.compared], createRandom(1)).auroc).toBeGreaterThan(compared - SLACK);
});
