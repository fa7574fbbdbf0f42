import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { ModelError } from '../models/model-error.ts';
import type { ModelReply, VisionModel } from '../models/vision-model.ts';
import { judgeByVotes } from '../panel/vote.ts';
import type { JudgeProfile } from '../prompts/profile.ts';
import { createLaterAnswers, type KnownAnswer } from './later-answers.ts';

const PROFILE: JudgeProfile = { rules: [], defects: [], preset: 'NAIVE' };
const PICTURE = new Uint8Array([1]);

const MODEL: VisionModel = {
  id: 'm',
  provider: 'openai',
  traits: {
    imagesPerCall: null,
    maxTokens: 300,
    prices: [{ inputUsd: 2, outputUsd: 8, statedOn: '2026-06-21', source: 'a test' }],
    comparesReferences: false,
  },
  ask: () => Promise.reject(new Error('Nobody asks directly.')),
};

/** Judges in goes, each with the answers of all before it, as batches would bring them. */
async function judgeInGoes(
  profile: JudgeProfile,
  reply: (text: string, go: number) => ModelReply | ModelError,
  options: { readonly votes?: number; readonly goes?: number; readonly isLast?: boolean } = {},
) {
  const { votes = 1, goes = 10, isLast = false } = options;
  const known = new Map<string, KnownAnswer>();
  const asked: number[] = [];
  for (let go = 0; ; go++) {
    const later = createLaterAnswers('7', (_, key) => known.get(key), isLast && go === goes - 1);
    const view = { mediaType: 'image/png', bytes: PICTURE, widthPx: 8, heightPx: 8 } as const;
    const ask = (vote: number) =>
      judge({
        profile,
        query: [{ ...view, geometry: { kind: 'IMAGE', scale: 1 } as never }],
        references: [],
        model: later.guard(MODEL, vote),
        signal: AbortSignal.timeout(10_000),
        clock: () => 0,
      });
    const ballots = Array.from({ length: votes }, (_, vote) => () => ask(vote));
    const outcome = await (votes === 1 ? ask(0) : judgeByVotes(profile, ballots, 'MEAN')).catch(
      (error: unknown) => error,
    );
    if (later.open.length === 0) return { outcome, asked };
    asked.push(later.open.length);
    for (const { key, question } of later.open) {
      const { failures = [] } = known.get(key) ?? {};
      const came = reply(question.text, go);
      known.set(
        key,
        came instanceof ModelError ? { failures: [...failures, came] } : { reply: came, failures },
      );
      expect(key.length).toBeLessThanOrEqual(64);
    }
  }
}

function say(score: number): ModelReply {
  const text = JSON.stringify({ reasoning: 'r', correctness: 1, anomaly_score: score });
  return { text, finish: 'complete', usage: { inputTokens: 100, outputTokens: 10 }, latencyMs: 0 };
}

const GIBBERISH: ModelReply = { ...say(0), text: 'Hm.' };

describe('a judgement by later answers', () => {
  it('costs half of what single calls cost', async () => {
    const { outcome, asked } = await judgeInGoes(PROFILE, () => say(0.25));
    // 100 tokens at $2 and 10 at $8 a million are 280 micro-USD, halved.
    expect(outcome).toMatchObject({ score: 0.25, outcome: 'PARSED', costMicroUsd: 140 });
    expect(asked).toEqual([1]);
  });

  it('asks both framings of BLEND in one batch', async () => {
    const { outcome, asked } = await judgeInGoes({ ...PROFILE, framing: 'BLEND' }, () => say(0.5));
    expect(asked).toEqual([2]);
    expect(outcome).toMatchObject({ costMicroUsd: 280, usage: { inputTokens: 200, outputTokens: 20 } });
  });

  it('asks again what can not be read, in the next batch, with the fault named', async () => {
    const texts: string[] = [];
    const { outcome, asked } = await judgeInGoes({ ...PROFILE, framing: 'BLEND' }, (text, go) => {
      texts.push(text);
      return go === 0 ? GIBBERISH : say(0.75);
    });
    // Both first answers are seen to be no good one after the other, as single calls would.
    expect(asked).toEqual([2, 1, 1]);
    expect(outcome).toMatchObject({ score: 0.75, costMicroUsd: 560 });
    expect(new Set(texts).size).toBe(4);
  });

  it('asks all votes at once, and does without a failed one only when no answer is open any more', async () => {
    let calls = 0;
    const failure = new ModelError('BAD_REQUEST', 'no');
    const late = new ModelError('TIMEOUT', 'expired');
    const { outcome, asked } = await judgeInGoes(
      PROFILE,
      (_, go) => {
        calls++;
        if (calls === 1) return failure;
        return go === 0 && calls === 2 ? late : say(0.5);
      },
      { votes: 3 },
    );
    expect(asked).toEqual([3, 1]);
    expect(outcome).toMatchObject({ score: 0.5, costMicroUsd: 280 });
  });

  it('tries a question in three batches', async () => {
    const { outcome, asked } = await judgeInGoes(PROFILE, () => new ModelError('TIMEOUT', 'expired'));
    expect(asked).toEqual([1, 1, 1]);
    expect(outcome).toMatchObject({ code: 'TIMEOUT' });
  });

  it('does not try again what the provider refused', async () => {
    const { outcome, asked } = await judgeInGoes(PROFILE, () => new ModelError('BAD_REQUEST', 'no'));
    expect(asked).toEqual([1]);
    expect(outcome).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('ends without an open answer when it is the last, and says what was spent', async () => {
    const { outcome, asked } = await judgeInGoes(PROFILE, () => GIBBERISH, { goes: 2, isLast: true });
    expect(asked).toEqual([1]);
    expect(outcome).toMatchObject({ code: 'ABORTED', spent: { costMicroUsd: 140 } });
  });
});
