import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findObjects } from '../answers/loose-json.ts';
import { readFields } from '../answers/read-details.ts';
import { DEFAULT_TRAITS } from '../models/default-traits.ts';
import type { VisionModel } from '../models/vision-model.ts';
import { PROMPT_LIMITS } from '../prompts/customer-text.ts';
import { answerQuestion, HISTORY_TOKENS, keepRecent } from './answer-question.ts';
import { readProposal } from './read-proposal.ts';

describe('what goes with a question of the earlier ones', () => {
  const turn = (characters: number, question: string) => ({
    question,
    answer: 'a'.repeat(characters - question.length),
  });

  it('is all of it when it fits', () => {
    const turns = [turn(100, 'one'), turn(100, 'two')];

    expect(keepRecent(turns)).toEqual(turns);
    expect(keepRecent([])).toEqual([]);
  });

  it('is the latest that fit, whole', () => {
    const most = HISTORY_TOKENS * 4;

    const kept = keepRecent([turn(1000, 'one'), turn(most - 1500, 'two'), turn(1000, 'three')]);

    expect(kept.map(({ question }) => question)).toEqual(['two', 'three']);
    expect(keepRecent([turn(10, 'one'), turn(most + 1, 'two')])).toEqual([]);
  });
});

it('an answer is what stands behind the thinking', async () => {
  const model: VisionModel = {
    id: 'openai-compatible/thinks',
    provider: 'openai-compatible',
    traits: DEFAULT_TRAITS['openai-compatible'],
    ask: async () => ({
      text: '<think>{"answer": "Perhaps dust?"} No.</think>\n{"answer": "A chip at the rim."}',
      finish: 'complete',
      usage: undefined,
      latencyMs: 1,
    }),
  };

  const { answer } = await answerQuestion({
    profile: { className: 'bottle', rules: [], defects: [], preset: 'CLASS' },
    query: [],
    references: [],
    verdict: { decision: 'ANOMALOUS', score: 0.9, reasoning: 'A chip.' },
    history: [],
    question: 'What is it?',
    model,
    signal: new AbortController().signal,
    clock: () => 0,
  });

  expect(answer).toBe('A chip at the rim.');
});

describe('a proposal', () => {
  it('of any text is within the limits of a profile, or none', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.string(), (json, text) => {
        for (const written of [
          json,
          `{"normality": ${JSON.stringify(text)}, "rules": ${json}, "counts": ${json}}`,
        ]) {
          const [object] = findObjects(written);
          const fields = object && readFields(object);
          const proposal = fields && readProposal(fields);
          if (proposal === undefined) continue;
          expect(proposal.normality.length).toBeLessThanOrEqual(PROMPT_LIMITS.normality);
          expect(proposal.rules.length).toBeLessThanOrEqual(PROMPT_LIMITS.rules);
          for (const rule of proposal.rules) expect(rule.length).toBeLessThanOrEqual(PROMPT_LIMITS.rule);
        }
      }),
    );
  });
});
