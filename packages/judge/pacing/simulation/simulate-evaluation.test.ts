import { expect, it } from 'vitest';
import { PROVIDERS } from './provider.ts';
import { type EvaluationScenario, simulateEvaluation } from './simulate-evaluation.ts';

const SCENARIO: EvaluationScenario = {
  provider: PROVIDERS.strict,
  perMinute: 500,
  answerMs: 2000,
  items: 1725,
  chunkItems: 100,
  workers: 10,
  concurrency: 16,
  isKnown: true,
  seed: 7,
};

it('an evaluation alone uses 98 % of the limit, from its first call to its last answer', async () => {
  const { used, refused } = await simulateEvaluation(SCENARIO);

  expect(used).toBeGreaterThan(0.98);
  expect(refused).toBe(0);
});

it('beside inspections it takes what they leave, and they wait for few of its calls', async () => {
  const beside = await simulateEvaluation({ ...SCENARIO, items: 800, interactive: 0.5 });

  expect(beside.used).toBeGreaterThan(0.97);
  expect(beside.interactiveWaitMs).toBeLessThan(4000);
  // 800 of it and as many inspections.
  expect(beside.minutes).toBeGreaterThan(2.8);
});

it('evaluations of two tenants come on alike', async () => {
  const { endsMinutes } = await simulateEvaluation({ ...SCENARIO, items: 1600, tenants: 2 });

  const [first = 0, second = 0] = endsMinutes;
  expect(Math.min(first, second) / Math.max(first, second)).toBeGreaterThan(0.9);
});
