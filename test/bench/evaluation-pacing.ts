/**
 * The papers' list of 1,725 items against a provider that answers after 2 s and lets 500 calls a minute through, in
 * virtual time: chunks, workers, the shared calendar and its table, beside the loop of the paper's script, which asks
 * one question after the other.
 *
 *     npm run bench -- --only evaluation.pacing [--runs SEEDS]
 *
 * `used` is what was answered from the first call to the last answer, as a part of the limit: with the limit known from
 * earlier calls, and found out first; beside inspections that want half of it, and more than all of it. Of several seeds the
 * worst counts.
 */
import { PROVIDERS } from '../../packages/judge/pacing/simulation/provider.ts';
import {
  type EvaluationFigures,
  type EvaluationScenario,
  simulateEvaluation,
} from '../../packages/judge/pacing/simulation/simulate-evaluation.ts';
import { runBench } from './support/run-bench.ts';

const ITEMS = 1725;
const PER_MINUTE = 500;
const ANSWER_MS = 2000;

const SCENARIO: Omit<EvaluationScenario, 'seed'> = {
  provider: PROVIDERS.headers,
  perMinute: PER_MINUTE,
  answerMs: ANSWER_MS,
  items: ITEMS,
  chunkItems: 100,
  workers: 10,
  concurrency: 16,
  isKnown: true,
};

await runBench(3, async (seeds) => {
  const run = (changes: Partial<EvaluationScenario>) =>
    Promise.all(
      Array.from({ length: seeds }, (_, seed) => simulateEvaluation({ ...SCENARIO, ...changes, seed })),
    );
  const [known, unknown] = [await run({}), await run({ isKnown: false })];
  const half = await run({ interactive: 0.5 });
  const over = await run({ items: 100, interactive: 1.2 });
  const least = (all: readonly number[]) => Math.min(...all);
  const most = (all: readonly number[]) => Math.max(...all);
  const used = (all: readonly EvaluationFigures[]) => 100 * least(all.map((one) => one.used));
  return {
    figures: {
      'evaluation.pacing_used.percent': used(known),
      'evaluation.pacing_refused.percent': 100 * most(known.map(({ refused }) => refused)),
      'evaluation.pacing_minutes': most(known.map(({ minutes }) => minutes)),
      'evaluation.pacing_writes_per_call': most(known.map(({ writesPerCall }) => writesPerCall)),
      'evaluation.pacing_unknown_limit_used.percent': used(unknown),
      'evaluation.pacing_beside_half_used.percent': used(half),
      'evaluation.pacing_beside_half_inspection_wait_p95_ms': most(half.map((one) => one.interactiveWaitMs)),
      'evaluation.pacing_beside_too_many_part_left.percent': least(
        over.map(({ minutes }) => (100 * 100) / (minutes * PER_MINUTE)),
      ),
      'reference_script.sequential_minutes': (ITEMS * ANSWER_MS) / 60_000,
      'reference_script.sequential_used.percent': (100 * 60_000) / ANSWER_MS / PER_MINUTE,
    },
  };
});
