/**
 * Whole detections of the embedded detector, decoding included.
 *
 *     npm run bench -- --only vision.reference
 *
 * A figure is that of the slowest picture. With four references: the one of the fixture and three perturbed copies of it, so that
 * all four register.
 */
import { drawPerturbation, perturbImage } from '../../packages/vision/perturb/index.ts';
import { detectAnomalies } from '../../packages/vision/reference/index.ts';
import { PAIRS, readFixture } from '../../packages/vision/reference/testing/fixtures.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const SEEDS = [1, 2, 3];
const PICTURES = ['deeppcb 00041000', 'candle', 'pcb'];

await runBench(5, async (runs) => {
  const times: Record<'four' | 'one' | 'none', number>[] = [];
  for (const name of PICTURES) times.push(await measure(name, runs));
  const pick = (key: 'four' | 'one' | 'none') => Math.max(...times.map((time) => time[key]));
  return {
    figures: {
      'vision.reference_match.ms': pick('four'),
      'vision.reference_match_1.ms': pick('one'),
      'vision.reference_match_alone.ms': pick('none'),
    },
  };
});

async function measure(name: string, runs: number) {
  const pair = PAIRS.find((candidate) => candidate.name === name);
  if (pair === undefined) throw new Error(`There is no pair ${name}.`);
  const [query, normal] = [readFixture(pair.abnormal), readFixture(pair.normal)];
  const references = [normal];
  for (const seed of SEEDS) references.push(await perturbImage(normal, drawPerturbation(seed), seed));
  return takeTurns(
    {
      four: () => detectAnomalies(query, references),
      one: () => detectAnomalies(query, [normal]),
      none: () => detectAnomalies(query, []),
    },
    runs,
  );
}
