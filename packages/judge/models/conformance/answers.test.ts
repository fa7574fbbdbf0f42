import { describe, expect, it } from 'vitest';
import { NORMAL_ANSWER } from '../../../../test/fixtures/model-servers/behaviour.ts';
import type { ModelError } from '../model-error.ts';
import { CONTESTANTS, openContest, question } from '../testing/contest.ts';
import { readVerdictProbability } from '../verdict-probability.ts';

describe.each(CONTESTANTS)('$name', (contestant) => {
  const { server, ask, model } = openContest(contestant);

  it('gives answer, usage and version as the provider says them', async () => {
    server().script({ kind: 'answer', text: NORMAL_ANSWER, thoughts: 40, cached: 128 });

    const reply = await ask();

    expect(reply).toEqual({
      text: NORMAL_ANSWER,
      finish: 'complete',
      usage: {
        inputTokens: contestant.countPromptTokens(server().requests.at(-1)?.body),
        outputTokens: Math.ceil(NORMAL_ANSWER.length / 4) + 40,
        reasoningTokens: 40,
        cachedTokens: 128,
      },
      modelVersion: contestant.version,
      latencyMs: 0,
    });
  });

  it('leaves usage out when the provider does', async () => {
    server().script({ kind: 'answer', text: NORMAL_ANSWER, usage: false });

    expect((await ask()).usage).toBeUndefined();
  });

  it('an answer at the limit of tokens is truncated', async () => {
    server().script({ kind: 'answer', text: 'x'.repeat(5000) });

    expect(await ask()).toMatchObject({ finish: 'truncated', text: 'x'.repeat(1200) });
  });

  it('an answer of nothing but thoughts is truncated and empty', async () => {
    server().script({ kind: 'answer', text: NORMAL_ANSWER, thoughts: 300 });

    expect(await ask()).toMatchObject({ finish: 'truncated', text: '', usage: { outputTokens: 300 } });
  });

  it('an empty answer is complete and empty', async () => {
    server().script({ kind: 'answer', text: '' });

    expect(await ask()).toMatchObject({ finish: 'complete', text: '' });
  });

  it('a huge answer arrives whole', async () => {
    const text = 'y'.repeat(4_000_000);
    server().script({ kind: 'answer', text });

    const reply = await model().ask({ ...question, maxTokens: 2_000_000 }, new AbortController().signal);

    expect(reply.text).toBe(text);
  });

  it.each(['refuse', 'withhold-answer'] as const)('%s is a refusal with its reason', async (kind) => {
    server().script({ kind });

    expect(await ask()).toMatchObject({ finish: 'refused', text: '', refusal: expect.stringMatching(/\w/) });
  });

  it('a blocked prompt is a refusal, or says CONTENT_FILTERED', async () => {
    server().script({ kind: 'block-prompt' });

    const end = await ask().then(
      (reply) => reply.finish,
      (error: ModelError) => error.code,
    );

    expect(end).toBe(contestant.order === 'RQT' ? 'refused' : 'CONTENT_FILTERED');
  });

  it("gives the tokens' probabilities when they are asked for, and leaves them out when not", async () => {
    const tokens = [
      [['{"correctness": ', -0.1]],
      [
        ['0', Math.log(0.75)],
        ['1', Math.log(0.25)],
      ],
      [['}', 0]],
    ] as const;
    const answer = { kind: 'answer', text: '{"correctness": 0}', tokens } as const;
    server().script(answer, answer);

    const asked = await model().ask({ ...question, logprobs: true }, new AbortController().signal);
    const unasked = await ask();

    expect(asked.tokens?.map(({ text }) => text)).toEqual(['{"correctness": ', '0', '}']);
    expect(readVerdictProbability(asked.text, asked.tokens)).toBeCloseTo(0.75, 10);
    expect(unasked.tokens).toBeUndefined();
  });
});
