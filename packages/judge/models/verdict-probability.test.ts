import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keepVerdictToken, readVerdictProbability } from './verdict-probability.ts';
import type { TokenProbability } from './vision-model.ts';

function spell(...tokens: [string, number, ...[string, number][]][]): TokenProbability[] {
  return tokens.map(([text, probability, ...others]) => ({
    text,
    logprob: Math.log(probability),
    alternatives: others.map(([other, p]) => ({ text: other, logprob: Math.log(p) })),
  }));
}

function join(tokens: readonly TokenProbability[]): string {
  return tokens.map(({ text }) => text).join('');
}

it.each([
  ['a digit of its own', spell(['{"correctness":', 1], ['1', 0.9, ['0', 0.1]], ['}', 1]), 0.1],
  [
    'a digit with a blank',
    spell(['{"correctness":', 1], [' 0', 0.6, [' 1', 0.3], [' "', 0.1]], ['}', 1]),
    2 / 3,
  ],
  ['a word', spell(['{"correctness": ', 1], ['false', 0.8, ['true', 0.2]], ['}', 1]), 0.8],
  ['quotes around it', spell(['{"correctness": "', 1], ['0', 0.7, ['1', 0.3]], ['"}', 1]), 0.7],
  ['several spellings', spell(['{"correctness":', 1], ['1', 0.5, [' 1', 0.25], ['0', 0.25]], ['}', 1]), 0.25],
  ['nothing but the chosen token', spell(['{"correctness":', 1], ['0', 0.9], ['}', 1]), 1],
])('the verdict as %s', (_, tokens, expected) => {
  expect(readVerdictProbability(join(tokens), tokens)).toBeCloseTo(expected, 10);
});

it('the last verdict of an answer counts', () => {
  const draft = spell(['{"correctness": ', 1], ['1', 0.9, ['0', 0.1]], ['} ', 1]);
  const last = spell(['{"correctness": ', 1], ['0', 0.8, ['1', 0.2]], ['}', 1]);

  expect(readVerdictProbability(join([...draft, ...last]), [...draft, ...last])).toBeCloseTo(0.8, 10);
});

it('without a verdict, without tokens, or with tokens that spell another text there is none', () => {
  const tokens = spell(['{"correctness": ', 1], ['1', 0.9, ['0', 0.1]], ['}', 1]);

  expect(readVerdictProbability('normal', tokens)).toBeUndefined();
  expect(readVerdictProbability(join(tokens), undefined)).toBeUndefined();
  expect(readVerdictProbability(`x${join(tokens)}`, tokens)).toBeUndefined();
  expect(
    readVerdictProbability('{"correctness": maybe}', spell(['{"correctness": ', 1], ['maybe', 1], ['}', 1])),
  ).toBeUndefined();
});

it('any tokens give a probability from 0 to 1, or none', () => {
  const word = fc.oneof(fc.string(), fc.constantFrom('"correctness":', '0', '1', ' 0', 'true'));
  const token = fc.record({ text: word, logprob: fc.double({ min: -50, max: 0, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(fc.record({ token, alternatives: fc.array(token) })), (entries) => {
      const tokens = entries.map(({ token: chosen, alternatives }) => ({ ...chosen, alternatives }));
      const probability = readVerdictProbability(join(tokens), tokens);
      if (probability !== undefined) expect(probability >= 0 && probability <= 1).toBe(true);
    }),
  );
});

it('what is kept of an answer gives the same probability', () => {
  const words = fc.array(fc.constantFrom('"', 'x', ' ', 'correctness', ': ', '}', '1'), { maxLength: 12 });
  const share = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(words, words, share, share, (before, after, one, other) => {
      const tokens = spell(
        ...before.map((text): [string, number] => [text, 1]),
        ['{"correctness": ', 1],
        ['0', one, ['1', other]],
        ...after.map((text): [string, number] => [text, 1]),
      );
      const text = join(tokens);
      expect(readVerdictProbability(text, keepVerdictToken(text, tokens))).toBe(
        readVerdictProbability(text, tokens),
      );
    }),
  );
});
