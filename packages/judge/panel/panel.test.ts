import { describe, expect, it } from 'vitest';
import type { Judgement } from '../judge.ts';
import { ModelError } from '../models/model-error.ts';
import type { JudgeProfile } from '../prompts/profile.ts';
import { judgeByCascade } from './cascade.ts';
import { judgeByVotes } from './vote.ts';

const PROFILE: JudgeProfile = { rules: [], defects: [], preset: 'NAIVE' };

function make(score: number | null, changes: Partial<Judgement> = {}): Judgement {
  return {
    outcome: score === null ? 'REFUSED' : 'PARSED',
    decision: score === null ? 'UNCERTAIN' : score >= 0.5 ? 'ANOMALOUS' : 'NORMAL',
    score,
    scoreSource: score === null ? null : 'VERBALISED',
    threshold: 0.5,
    thresholdSource: 'DEFAULT',
    reasoning: `scored ${score}`,
    looks: [],
    ruleChecks: [],
    suspiciousText: null,
    regions: [],
    timeRanges: [],
    exemplarIds: [],
    notes: [],
    rawAnswers: [`${score}`],
    usage: { inputTokens: 100, outputTokens: 10 },
    costMicroUsd: 50,
    modelVersion: 'm',
    prompt: {} as Judgement['prompt'],
    promptTexts: ['p'],
    latencyMs: 5,
    ...changes,
  };
}

const give = (score: number | null) => async () => make(score);
const failing =
  (code: 'OVERLOADED' | 'ABORTED' = 'OVERLOADED') =>
  () =>
    Promise.reject(new ModelError(code, 'down'));

describe('votes', () => {
  it('are fused, decided again, and paid for together; the nearest one speaks', async () => {
    const judgement = await judgeByVotes(PROFILE, [give(0.1), give(0.6), give(0.9)], 'MEDIAN');

    expect(judgement).toMatchObject({
      score: 0.6,
      decision: 'ANOMALOUS',
      reasoning: 'scored 0.6',
      usage: { inputTokens: 300, outputTokens: 30 },
      costMicroUsd: 150,
      rawAnswers: ['0.1', '0.6', '0.9'],
    });
    expect(await judgeByVotes(PROFILE, [give(0.1), give(0.6), give(0.9)], 'MIN')).toMatchObject({
      decision: 'NORMAL',
    });
  });

  it('without a score do not count, and none at all leaves it to a person', async () => {
    expect(await judgeByVotes(PROFILE, [give(null), give(0.8)], 'MEAN')).toMatchObject({ score: 0.8 });
    expect(await judgeByVotes(PROFILE, [give(null), give(null)], 'MEAN')).toMatchObject({
      score: null,
      decision: 'UNCERTAIN',
      outcome: 'REFUSED',
    });
  });

  it('that fail are left out while most are there', async () => {
    const judgement = await judgeByVotes(PROFILE, [give(0.1), failing(), give(0.3)], 'MEAN');

    expect(judgement.score).toBeCloseTo(0.2, 12);
    expect(judgement.notes.join(' ')).toContain('A vote failed: OVERLOADED.');
  });

  it('of which half fail fail, and say what the others cost', async () => {
    await expect(judgeByVotes(PROFILE, [give(0.1), failing()], 'MEAN')).rejects.toMatchObject({
      code: 'OVERLOADED',
      spent: { costMicroUsd: 50, rawAnswers: ['0.1'] },
    });
  });

  it('of unknown cost make the sum unknown', async () => {
    const unknown = async () => make(0.5, { costMicroUsd: null, usage: null });

    expect(await judgeByVotes(PROFILE, [give(0.5), unknown], 'MEAN')).toMatchObject({
      costMicroUsd: null,
      usage: null,
    });
  });
});

describe('a cascade', () => {
  const band = { low: 0.3, high: 0.7 };

  it.each([
    [0.29, 'NORMAL'],
    [0.7, 'ANOMALOUS'],
    [1, 'ANOMALOUS'],
  ] as const)('leaves %d to the cheap model: %s', async (score, decision) => {
    expect(await judgeByCascade(give(score), failing(), band)).toMatchObject({
      score,
      decision,
      costMicroUsd: 50,
    });
  });

  it.each([0.3, 0.5, 0.69, null])('asks the strong model about %j, and pays for both', async (score) => {
    expect(await judgeByCascade(give(score), give(0.9), band)).toMatchObject({
      score: 0.9,
      decision: 'ANOMALOUS',
      costMicroUsd: 100,
      latencyMs: 10,
    });
  });

  it('asks the strong model when the cheap one fails, but not when it was called off', async () => {
    expect(await judgeByCascade(failing(), give(0.2), band)).toMatchObject({ score: 0.2 });
    await expect(judgeByCascade(failing('ABORTED'), give(0.2), band)).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  it('pays for what either model had used before it failed', async () => {
    const spent = { rawAnswers: ['?'], usage: { inputTokens: 7, outputTokens: 1 }, costMicroUsd: 5 };
    const brokenOff = () => Promise.reject(new ModelError('OVERLOADED', 'down', { spent }));

    expect(await judgeByCascade(brokenOff, give(0.2), band)).toMatchObject({
      costMicroUsd: 55,
      usage: { inputTokens: 107, outputTokens: 11 },
      rawAnswers: ['?', '0.2'],
    });
    await expect(judgeByCascade(give(0.5), brokenOff, band)).rejects.toMatchObject({
      spent: { costMicroUsd: 55 },
    });
    await expect(judgeByCascade(brokenOff, brokenOff, band)).rejects.toMatchObject({
      spent: { costMicroUsd: 10 },
    });
  });

  it('says what the cheap model cost when the strong one fails', async () => {
    await expect(judgeByCascade(give(0.5), failing(), band)).rejects.toMatchObject({
      code: 'OVERLOADED',
      spent: { costMicroUsd: 50 },
    });
  });
});
