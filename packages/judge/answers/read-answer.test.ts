import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startProcessorTime } from '../../../test/support/processor-time.ts';
import { readAnswer } from './read-answer.ts';
import { NO_DETAILS } from './read-details.ts';

describe('answers that hold to the protocol', () => {
  it('one JSON object is PARSED', () => {
    expect(
      readAnswer(' {"reasoning": "Cap is cracked.", "correctness": 0, "anomaly_score": 0.93}\n'),
    ).toEqual({
      outcome: 'PARSED',
      reasoning: 'Cap is cracked.',
      correctness: 0,
      score: 0.93,
      scoreSource: 'VERBALISED',
      notes: [],
      details: NO_DETAILS,
    });
  });

  it("the paper's own object has no score: 0 becomes 1.0 and 1 becomes 0.0", () => {
    expect(readAnswer('{"reasoning": "r", "correctness": 0}')).toMatchObject({
      outcome: 'PARSED',
      score: 1,
      scoreSource: 'CORRECTNESS',
    });
    expect(readAnswer('{"reasoning": "r", "correctness": 1}')).toMatchObject({
      score: 0,
      scoreSource: 'CORRECTNESS',
    });
  });

  it('a contradiction is kept with a note, and the score decides', () => {
    const answer = readAnswer('{"reasoning": "r", "correctness": 1, "anomaly_score": 0.9}');

    expect(answer).toMatchObject({ outcome: 'PARSED', correctness: 1, score: 0.9 });
    expect(answer).toHaveProperty('notes.0', expect.stringContaining('contradicts'));
  });
});

describe('answers as models really write them are REPAIRED', () => {
  const cases: Record<string, [text: string, reasoning: string, correctness: 0 | 1 | null, score: number]> = {
    'fenced JSON': [
      '```json\n{"reasoning": "ok", "correctness": 1, "anomaly_score": 0.1}\n```',
      'ok',
      1,
      0.1,
    ],
    'prose around it': [
      'Sure! Here is {my} answer: {"reasoning": "ok", "correctness": 1, "anomaly_score": 0.1} Hope it helps.',
      'ok',
      1,
      0.1,
    ],
    'single quotes and an apostrophe': [
      "{'reasoning': 'The bottle's cap is off', 'correctness': 0, 'anomaly_score': 0.8}",
      "The bottle's cap is off",
      0,
      0.8,
    ],
    'typographic quotes': ['{“reasoning”: “ok”, “correctness”: 1, “anomaly_score”: 0.2}', 'ok', 1, 0.2],
    'trailing commas': ['{"reasoning": "ok", "correctness": 1, "anomaly_score": 0.1,}', 'ok', 1, 0.1],
    'raw line breaks in a string': [
      '{"reasoning": "line one\nline two", "correctness": 0, "anomaly_score": 0.7}',
      'line one\nline two',
      0,
      0.7,
    ],
    'unescaped quotes in a string': [
      '{"reasoning": "The "OK" stamp, at 3", is missing", "correctness": 0, "anomaly_score": 0.7}',
      'The "OK" stamp, at 3", is missing',
      0,
      0.7,
    ],
    'NaN as the score': ['{"reasoning": "r", "correctness": 0, "anomaly_score": NaN}', 'r', 0, 1],
    'correctness as text': ['{"reasoning": "r", "correctness": "0", "anomaly_score": "0.75"}', 'r', 0, 0.75],
    'correctness as boolean': ['{"reasoning": "r", "correctness": true}', 'r', 1, 0],
    "Python's literals": ["{'reasoning': 'r', 'correctness': False, 'anomaly_score': None}", 'r', 0, 1],
    'bare keys': ['{reasoning: "r", correctness: 0, anomaly_score: .75}', 'r', 0, 0.75],
    'per cent': ['{"reasoning": "r", "correctness": 0, "anomaly_score": "85%"}', 'r', 0, 0.85],
    'a missing comma': ['{"reasoning": "r"\n"correctness": 0\n"anomaly_score": 0.75}', 'r', 0, 0.75],
    'a comment': ['{"reasoning": "r", // why\n"correctness": 0, "anomaly_score": 0.75}', 'r', 0, 0.75],
    'missing brackets': ['{"reasoning": "r", "correctness": 0, "anomaly_score": 0.75', 'r', 0, 1],
    'nested in another object': [
      '{"answer": {"reasoning": "r", "correctness": 0, "anomaly_score": 0.75}}',
      'r',
      0,
      0.75,
    ],
    'in an array': ['[{"reasoning": "r", "correctness": 0, "anomaly_score": 0.75}]', 'r', 0, 0.75],
    'two objects': [
      '{"reasoning": "draft", "correctness": 1}\n{"reasoning": "r", "correctness": 0}',
      'r',
      0,
      1,
    ],
    'the echoed form first': [
      '{"reasoning": string, "correctness": 1 or 0, "anomaly_score": number}\n{"reasoning": "r", "correctness": 0, "anomaly_score": 0.75}',
      'r',
      0,
      0.75,
    ],
    'an open brace in prose': ['Let { be a brace. {"reasoning": "r", "correctness": 0}', 'r', 0, 1],
    'an apostrophe in prose braces': ['{ don\'t know } {"reasoning": "r", "correctness": 0}', 'r', 0, 1],
    'other spelling of keys': ['{"Reasoning": "r", "Correctness": 0, "anomalyScore": 0.75}', 'r', 0, 0.75],
    'no correctness': ['{"reasoning": "r", "anomaly_score": 0.75}', 'r', null, 0.75],
    'no reasoning': ['{"correctness": 0, "anomaly_score": 0.75}', '', 0, 0.75],
    'a nested verdict inside a verdict': [
      '{"reasoning": "r", "correctness": 0, "anomaly_score": 0.75, "rules": [{"correctness": "1"}],}',
      'r',
      0,
      0.75,
    ],
    'unknown escapes': [
      '{"reasoning": "C:\\data\\x", "correctness": 0, "anomaly_score": 0.75}',
      'C:\\data\\x',
      0,
      0.75,
    ],
  };

  it.each(Object.entries(cases))('%s', (_, [text, reasoning, correctness, score]) => {
    expect(readAnswer(text)).toMatchObject({ outcome: 'REPAIRED', reasoning, correctness, score });
  });

  it('a score outside 0 to 1 is left out with a note, never rescaled', () => {
    expect(readAnswer('{"reasoning": "r", "correctness": 0, "anomaly_score": 85}')).toMatchObject({
      score: 1,
      scoreSource: 'CORRECTNESS',
      notes: ['anomaly_score 85 is not a number from 0 to 1 and is left out.'],
    });
  });

  it('a score that is cut off is not read as a smaller one', () => {
    expect(readAnswer('{"reasoning": "r", "correctness": 0, "anomaly_score": 0.')).toMatchObject({
      score: 1,
      scoreSource: 'CORRECTNESS',
    });
    expect(readAnswer('{"reasoning": "r", "anomaly_score": 0.')).toMatchObject({ outcome: 'UNPARSEABLE' });
  });

  it('several verdicts are noted', () => {
    expect(readAnswer('{"correctness": 1}{"correctness": 0}')).toHaveProperty(
      'notes.0',
      'The answer holds 2 verdicts; the last one counts.',
    );
  });
});

describe('answers without a verdict', () => {
  it.each([
    "I'm sorry, I am not able to provide anomaly scores.",
    'Leider kann ich medizinische Aufnahmen nicht beurteilen.',
    'I’m sorry, but I can’t assist with that request.',
    '{"reasoning": "I cannot help with medical images.", "correctness": null}',
  ])('REFUSED: %s', (text) => {
    expect(readAnswer(text).outcome).toBe('REFUSED');
  });

  it.each([
    '',
    '   ',
    'The bottle looks fine.',
    'Leider ist der Deckel nicht zu.',
    'anomaly_score: 0.',
    '{}',
    '{"correctness": 0.5}',
    '[1, 2]',
    'null',
    '{"reasoning": "cut of',
  ])('UNPARSEABLE: %s', (text) => {
    expect(readAnswer(text).outcome).toBe('UNPARSEABLE');
  });
});

describe('any text', () => {
  const shards = fc.array(
    fc.constantFrom(
      ...['{', '}', '[', ']', '"', "'", '“', '”', ',', ':', '\\', '\\u', '\n', ' ', '```json', 'correctness'],
      ...['anomaly_score', 'reasoning', '0', '1', '0.5', 'NaN', '//', 'true', '%', '-', '\ud800', 'x'],
      ...['<think>', '</think>', '|', '=', '：', '，', '/10', '~', 'sorry, I can not'],
    ),
    { maxLength: 60 },
  );

  it('yields an outcome, and a score from 0 to 1 where it is read', () => {
    const texts = fc.oneof(
      shards.map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
      fc.json(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const answer = readAnswer(text);
        expect(['PARSED', 'REPAIRED', 'REFUSED', 'UNPARSEABLE']).toContain(answer.outcome);
        if ('score' in answer) expect(answer.score >= 0 && answer.score <= 1).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('a strict answer survives prose, a fence and truncation of what follows', () => {
    const answers = fc.record({
      reasoning: fc.string(),
      correctness: fc.constantFrom(0, 1),
      anomaly_score: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(answers, (answer) => {
        const read = readAnswer(`Here it is:\n\`\`\`json\n${JSON.stringify(answer, null, 2)}\n\`\`\`\nBye {`);
        expect(read).toMatchObject({ score: answer.anomaly_score, correctness: answer.correctness });
      }),
    );
  });

  it('a quote before a million line breaks is read in linear time', () => {
    const spent = startProcessorTime();
    readAnswer(`{"reasoning": "a"${'\n'.repeat(1_000_000)}x`);
    expect(spent()).toBeLessThan(2000);
  });

  it.each([
    '<think>',
    '</think>',
    'correctness: ',
    'correctness|',
    'anomaly_score ',
    'reason',
    'reason: ',
    'Désolé ',
  ])('is read in linear time: a million characters of %j in the open', (shard) => {
    const text = shard.repeat(Math.ceil(1_000_000 / shard.length));
    const start = performance.now();
    readAnswer(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each(['{"a":', '{"', '[{', '"', '{ ', "{'a' ", '\\', '", ', '{"reasoning": "', '{a:[', '" \n'])(
    'is read in linear time: a million characters of %j',
    (shard) => {
      const text = `{"reasoning": "${shard.repeat(Math.ceil(1_000_000 / shard.length))}`;
      const spent = startProcessorTime();
      readAnswer(text);
      expect(spent()).toBeLessThan(2000);
    },
  );
});
