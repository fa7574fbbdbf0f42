import { expect, it } from 'vitest';
import { preferProbability } from './prefer-probability.ts';
import { type ReadAnswer, readAnswer } from './read-answer.ts';

const read = (text: string) => readAnswer(text) as ReadAnswer;
const BOTH = '{"reasoning": "x", "correctness": 0, "anomaly_score": 0.9}';
const YES_OR_NO = '{"reasoning": "x", "correctness": 0}';

it.each<[string, string, number | undefined, Partial<ReadAnswer>]>([
  [
    'a probability goes before the answer’s own score',
    BOTH,
    0.75,
    { score: 0.75, scoreSource: 'LOGPROB', notes: [] },
  ],
  [
    'a probability goes before its yes or no',
    YES_OR_NO,
    0.75,
    { score: 0.75, scoreSource: 'LOGPROB', notes: [] },
  ],
  ['without one its own score counts', BOTH, undefined, { score: 0.9, scoreSource: 'VERBALISED' }],
  ['without either its yes or no', YES_OR_NO, undefined, { score: 1, scoreSource: 'CORRECTNESS' }],
  [
    'one on the other side of one half is noted',
    BOTH,
    0.25,
    { notes: ['anomaly_score 0.9 contradicts the probability of the verdict, 0.250, which counts.'] },
  ],
])('%s', (_name, text, probability, expected) => {
  expect(preferProbability(read(text), probability)).toMatchObject(expected);
});
