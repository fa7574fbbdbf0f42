import { expect, it } from 'vitest';
import { decideTruth } from './decide-truth.ts';

it.each([
  ['NORMAL', 'CONFIRM', undefined, 'NORMAL'],
  ['NORMAL', 'OVERTURN', undefined, 'ANOMALOUS'],
  ['ANOMALOUS', 'CONFIRM', 'ANOMALOUS', 'ANOMALOUS'],
  ['ANOMALOUS', 'OVERTURN', null, 'NORMAL'],
  ['UNCERTAIN', 'CONFIRM', 'NORMAL', 'NORMAL'],
  ['UNCERTAIN', 'OVERTURN', 'ANOMALOUS', 'ANOMALOUS'],
] as const)('%s, %s, told %s: the sample is %s', (decision, kind, told, truth) => {
  expect(decideTruth(decision, kind, told)).toBe(truth);
});

it.each([
  ['UNCERTAIN', 'OVERTURN', undefined],
  ['NORMAL', 'CONFIRM', 'ANOMALOUS'],
  ['ANOMALOUS', 'OVERTURN', 'ANOMALOUS'],
] as const)('%s, %s, told %s is refused', (decision, kind, told) => {
  expect(() => decideTruth(decision, kind, told)).toThrow(
    expect.objectContaining({ code: 'INVALID', path: ['input', 'truth'] }),
  );
});
