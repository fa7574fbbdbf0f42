import { expect, it } from 'vitest';
import type { Definition } from './entity.ts';
import { judgesAlike, nameThresholdSource } from './judges-alike.ts';

const base: Definition = {
  className: 'bottle',
  rules: [],
  knownDefects: [],
  referenceIds: [],
  preset: 'FULL',
  model: 'gpt-4o',
  uncertainBand: 0,
  longSidePx: 2048,
};
const calls = { votes: 1, models: [], fusion: 'MEAN', cacheAnswers: true, failFast: true } as const;

it.each([
  [{ threshold: 0.3, thresholdSource: 'F1_MAX' }, true],
  [{ uncertainBand: 0.2 }, true],
  [{ calls }, true],
  [{ calls: { ...calls, votes: 2 } }, false],
  [{ model: 'gpt-4o-mini' }, false],
  [{ rules: ['It has a neck.'] }, false],
  [{ referenceIds: ['smp_1'] }, false],
] as const)('with %j scores can be compared: %s', (changes, alike) => {
  expect(judgesAlike(base, { ...base, ...changes })).toBe(alike);
});

it('a threshold without a source is a person’s', () => {
  expect(nameThresholdSource({})).toBe('DEFAULT');
  expect(nameThresholdSource({ threshold: 0.5 })).toBe('MANUAL');
  expect(nameThresholdSource({ threshold: 0.5, thresholdSource: 'TARGET_FAR' })).toBe('TARGET_FAR');
});
