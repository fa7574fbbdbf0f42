import { expect, it } from 'vitest';
import type { Inspection, Verdict } from '../inspection/index.ts';
import { weighInspection } from './count.ts';
import { describeDay, HEALTH_COUNTERS } from './day.ts';

const verdict: Verdict = {
  decision: 'ANOMALOUS',
  score: 0.3,
  threshold: 0.2,
  thresholdSource: 'MANUAL',
  outcome: 'PARSED',
  reasoning: '',
  regions: [],
  auditPath: 'a',
};
const done: Inspection = {
  id: 'ins_1',
  rev: 3,
  state: 'DONE',
  profileId: 'p',
  profileVersionId: 'v',
  sampleId: 's',
  createdAt: 0,
  attempt: 1,
  judgeMs: 200,
  verdict,
  usage: { modelVersion: 'm', inputTokens: 100, outputTokens: 10, costMicroUsd: 7 },
};

it('a day adds up what ended on it', () => {
  const refused: Inspection = {
    ...done,
    judgeMs: 400,
    verdict: { ...verdict, decision: 'UNCERTAIN', score: undefined, outcome: 'REFUSED' },
  };
  const sure: Inspection = { ...done, judgeMs: 600, verdict: { ...verdict, score: 1 } };
  const failed: Inspection = { ...done, state: 'FAILED', verdict: undefined };
  const unpriced: Inspection = { ...failed, usage: { modelVersion: 'm', inputTokens: 50, outputTokens: 5 } };
  const unasked: Inspection = { ...failed, usage: undefined };

  const rows = [done, refused, sure, failed, unpriced, unasked].map(weighInspection);
  const sums = HEALTH_COUNTERS.map((name) => [name, rows.reduce((sum, row) => sum + (row[name] ?? 0), 0)]);
  const day = describeDay(86_400_000, Object.fromEntries(sums));

  expect(day).toEqual({
    startsAt: 86_400_000,
    done: 3,
    failed: 3,
    normal: 0,
    anomalous: 2,
    uncertain: 1,
    refused: 1,
    unparseable: 0,
    reviewed: 0,
    overturned: 0,
    scoreHistogram: [0, 0, 0, 1, 0, 0, 0, 0, 0, 1],
    meanJudgeMs: 400,
    inputTokens: 450,
    outputTokens: 45,
    costMicroUsd: 28,
    costUnknownCount: 1,
  });
});
