import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.ts';

/** Answers in the manner of many models and servers, each with what a person reads in it. */

interface Reading {
  readonly outcome?: 'PARSED' | 'REPAIRED' | 'REFUSED' | 'UNPARSEABLE';
  readonly correctness?: 0 | 1 | null;
  readonly score?: number;
  readonly reasoning?: string;
}

const OBJECT = '{"reasoning": "A chip at the rim.", "correctness": 0, "anomaly_score": 0.85}';
const READ = { correctness: 0, score: 0.85, reasoning: 'A chip at the rim.' } as const;
const DRAFT = '{"reasoning": "Fine?", "correctness": 1, "anomaly_score": 0.1}';

const cases: Record<string, [text: string, reading: Reading]> = {
  'thinking before it': [`<think>\nThe rim looks odd.\n</think>\n\n${OBJECT}`, READ],
  'a draft in the thinking': [`<think>First guess: ${DRAFT} no, there is a chip.</think>${OBJECT}`, READ],
  'thinking without its opening tag': [`The rim… ${DRAFT}\n</think>\n${OBJECT}`, READ],
  'thinking in other tags': [`<thinking>${DRAFT}</thinking>\n\`\`\`json\n${OBJECT}\n\`\`\``, READ],
  'thinking that never ends': [`<think>Perhaps ${DRAFT} but wait, the rim`, { outcome: 'UNPARSEABLE' }],
  'thinking and nothing else': [`<think>So: ${DRAFT}</think>`, { outcome: 'UNPARSEABLE' }],
  'a refusal after thinking': [
    `<think>${DRAFT}</think>I'm sorry, but I can't help with that.`,
    { outcome: 'REFUSED' },
  ],
  'a tag that the reasoning speaks of': [
    '{"reasoning": "The label reads </think> in print.", "correctness": 0, "anomaly_score": 0.6}',
    { outcome: 'PARSED', correctness: 0, score: 0.6, reasoning: 'The label reads </think> in print.' },
  ],
  'an opening tag that the reasoning speaks of': [
    '```json\n{"reasoning": "A sticker reads <think>.", "correctness": 0, "anomaly_score": 0.6}\n```',
    { correctness: 0, score: 0.6, reasoning: 'A sticker reads <think>.' },
  ],
  'an answer in tags': [`<answer>\n${OBJECT}\n</answer>`, READ],
  'two versions in prose': [
    `At first sight I would say ${DRAFT}, but after comparing with the reference: ${OBJECT}`,
    READ,
  ],
  'the same twice': [`${OBJECT}\n\n${OBJECT}`, READ],
  'German prose': [`Hier ist meine Bewertung:\n\n${OBJECT}\n\nBei Fragen gerne melden!`, READ],
  'Chinese prose': [`以下是检测结果：\n${OBJECT}\n希望对您有帮助。`, READ],
  'Japanese prose': [`検査結果は次のとおりです。\n\`\`\`json\n${OBJECT}\n\`\`\``, READ],
  'Chinese in the reasoning': [
    '{"reasoning": "瓶口有缺口，边缘不平整。", "correctness": 0, "anomaly_score": 0.85}',
    { outcome: 'PARSED', ...READ, reasoning: '瓶口有缺口，边缘不平整。' },
  ],
  'wide colons and commas': [
    '{“reasoning”：“瓶口有缺口”，“correctness”：0，“anomaly_score”：0.85}',
    { ...READ, reasoning: '瓶口有缺口' },
  ],
  'wide punctuation around plain quotes': [
    '{"reasoning"："瓶口有缺口"，"correctness"：0，"anomaly_score"：0.85}',
    { ...READ, reasoning: '瓶口有缺口' },
  ],
  'a decimal comma': [
    '{"reasoning": "Absplitterung am Rand", "correctness": 0, "anomaly_score": 0,85}',
    { ...READ, reasoning: 'Absplitterung am Rand' },
  ],
  'a decimal comma before another key': [
    '{"anomaly_score": 0,85, "correctness": 0, "reasoning": "Riss"}',
    { ...READ, reasoning: 'Riss' },
  ],
  'a decimal comma as text': [
    '{"reasoning": "Riss", "correctness": 0, "anomaly_score": "0,85"}',
    { score: 0.85 },
  ],
  'per cent as text': ['{"reasoning": "r", "correctness": 0, "anomaly_score": "85%"}', { score: 0.85 }],
  'per cent bare': ['{"reasoning": "r", "correctness": 0, "anomaly_score": 85%}', { score: 0.85 }],
  'per cent after a space': [
    '{"reasoning": "r", "correctness": 0, "anomaly_score": "85 %"}',
    { score: 0.85 },
  ],
  'per cent in a word': [
    '{"reasoning": "r", "correctness": 0, "anomaly_score": "85 percent"}',
    { score: 0.85 },
  ],
  'of ten': ['{"reasoning": "r", "correctness": 0, "anomaly_score": "8.5/10"}', { score: 0.85 }],
  'of a hundred': ['{"reasoning": "r", "correctness": 0, "anomaly_score": 85/100}', { score: 0.85 }],
  'a bare score of ten is not guessed at': [
    '{"reasoning": "r", "correctness": 0, "anomaly_score": 8.5}',
    { correctness: 0, score: 1 },
  ],
  'a bare score of a hundred is not guessed at': [
    '{"reasoning": "r", "correctness": 1, "anomaly_score": 15}',
    { correctness: 1, score: 0 },
  ],
  'no score': ['{"reasoning": "r", "correctness": 0, "anomaly_score": "N/A"}', { correctness: 0, score: 1 }],
  'neither verdict nor score': [
    '{"reasoning": "The picture is too dark.", "correctness": "N/A", "anomaly_score": "N/A"}',
    { outcome: 'UNPARSEABLE' },
  ],
  'a score with a word': [
    '{"reasoning": "r", "correctness": 0, "anomaly_score": "0.85 (high)"}',
    { score: 0.85 },
  ],
  'an approximate score': ['{"reasoning": "r", "correctness": 0, "anomaly_score": "~0.85"}', { score: 0.85 }],
  'a verdict with its meaning': [
    '{"reasoning": "r", "correctness": "0 (anomaly)", "anomaly_score": 0.85}',
    { correctness: 0, score: 0.85 },
  ],
  'a verdict with a dash': [
    '{"reasoning": "r", "correctness": "1 - no anomaly"}',
    { correctness: 1, score: 0 },
  ],
  'both verdicts are none': ['{"reasoning": "r", "correctness": "1 or 0"}', { outcome: 'UNPARSEABLE' }],
  'a list of reasons': [
    '{"reasoning": ["A chip.", "A scratch."], "correctness": 0, "anomaly_score": 0.85}',
    { ...READ, reasoning: 'A chip. A scratch.' },
  ],
  'JSON in a string': [JSON.stringify(OBJECT), READ],
  'a wrapper with a string of JSON': [JSON.stringify({ answer: 'see below' }) + OBJECT, READ],
  'Python with a prefix': [`answer = ${OBJECT.replaceAll('"', "'")}`, READ],
  'a function call': [`\`\`\`python\nsubmit(${OBJECT})\n\`\`\``, READ],
  'bold keys in Markdown': [
    '**Reasoning:** A chip at the rim.\n\n**Correctness:** 0\n\n**Anomaly score:** 0.85',
    READ,
  ],
  'a list in Markdown': ['- reasoning: A chip at the rim.\n- correctness: 0\n- anomaly_score: 0.85', READ],
  'a table in Markdown': [
    '| Field | Value |\n|---|---|\n| reasoning | A chip at the rim. |\n| correctness | 0 |\n| anomaly_score | 0.85 |',
    READ,
  ],
  'a table in code quotes': [
    '| field | value |\n| :-- | --: |\n| `correctness` | `0` |\n| `anomaly_score` | `0.85` |',
    { correctness: 0, score: 0.85 },
  ],
  YAML: ['reasoning: "A chip at the rim."\ncorrectness: 0\nanomaly_score: 0.85\n', READ],
  XML: [
    '<reasoning>A chip at the rim.</reasoning>\n<correctness>0</correctness>\n<anomaly_score>0.85</anomaly_score>',
    READ,
  ],
  'a verdict that is quoted from the picture': [
    'A label on the board reads "correctness: 1, anomaly_score: 0.0". I see solder bridges.',
    { outcome: 'UNPARSEABLE' },
  ],
  'the form repeated in prose': [
    'correctness: 1 if there is no anomaly, 0 if there is. anomaly_score: 0 to 1.',
    { outcome: 'UNPARSEABLE' },
  ],
  'a plain sentence': ['The bottle shows a chip at the rim.', { outcome: 'UNPARSEABLE' }],
  'a bare digit': ['0', { outcome: 'UNPARSEABLE' }],
  'an apology in the form of an answer': [
    '{"reasoning": "I\'m sorry, but I can\'t assist with analyzing this image.", "correctness": 1, "anomaly_score": 0.0}',
    { outcome: 'REFUSED' },
  ],
  'a medical refusal in the form of an answer': [
    '{"reasoning": "I am unable to provide a diagnosis of medical images.", "correctness": 1, "anomaly_score": 0}',
    { outcome: 'REFUSED' },
  ],
  'what can not be seen is no refusal': [
    '{"reasoning": "I cannot see any scratches or chips.", "correctness": 1, "anomaly_score": 0.05}',
    { outcome: 'PARSED', correctness: 1, score: 0.05 },
  ],
  'a defect that does not help is no refusal': [
    '{"reasoning": "The cap cannot be closed; the seal is not able to hold.", "correctness": 0, "anomaly_score": 0.9}',
    { outcome: 'PARSED', correctness: 0, score: 0.9 },
  ],
  'a German refusal': ['Es tut mir leid, aber dabei kann ich nicht helfen.', { outcome: 'REFUSED' }],
  'a Chinese refusal': ['对不起，我无法对医学影像进行诊断。', { outcome: 'REFUSED' }],
  'a Spanish refusal': ['Lo siento, no puedo ayudar con eso.', { outcome: 'REFUSED' }],
  'a French refusal': ['Désolé, je ne peux pas vous aider avec cette image.', { outcome: 'REFUSED' }],
  'a Japanese refusal': ['申し訳ありませんが、医療画像の診断はできません。', { outcome: 'REFUSED' }],
};

describe('an answer as models write it is read as a person would', () => {
  it.each(Object.entries(cases))('%s', (_, [text, { outcome, ...reading }]) => {
    const read = readAnswer(text);

    if (outcome === undefined) expect(['PARSED', 'REPAIRED']).toContain(read.outcome);
    else expect(read.outcome).toBe(outcome);
    expect(read).toMatchObject(reading);
  });
});
