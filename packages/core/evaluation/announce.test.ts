import { describe, expect, it } from 'vitest';
import type { Announcer } from '../webhook/index.ts';
import { announceEvaluation } from './announce.ts';
import type { Evaluation, EvaluationState } from './entity.ts';

function announce(state: EvaluationState): unknown[] {
  const told: unknown[] = [];
  const announcer: Announcer = {
    draft: (type, data) => {
      told.push([type, data]);
      return [];
    },
    draftAll: () => [],
    send: async () => undefined,
  };
  const evaluation: Evaluation = {
    id: 'evl_1',
    rev: 3,
    state,
    name: 'Not for everybody',
    datasetId: 'dst_1',
    datasetVersionId: 'dsv_1',
    profileId: 'prf_1',
    profileVersionId: 'pfv_1',
    variants: [{ name: 'profile' }],
    useItemClass: false,
    seed: 1,
    chunkItems: 100,
    chunkCount: 1,
    itemCount: 10,
    round: 0,
    createdAt: 0,
    attempt: 1,
  };
  announceEvaluation(announcer, evaluation);
  return told;
}

describe('announceEvaluation', () => {
  it.each(['DONE', 'STOPPED', 'CANCELLED', 'FAILED'] as const)(
    'tells of the end as %s, in ids alone',
    (state) => {
      const data = { evaluationId: 'evl_1', profileId: 'prf_1', datasetVersionId: 'dsv_1', state };
      expect(announce(state)).toEqual([['evaluation.completed', data]]);
    },
  );

  it.each(['QUEUED', 'RUNNING', 'STOPPING', 'REDUCING'] as const)(
    'says nothing of one that is %s',
    (state) => {
      expect(announce(state)).toEqual([]);
    },
  );
});
