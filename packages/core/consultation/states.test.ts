import { describe, expect, it } from 'vitest';
import type { Turn } from './entity.ts';
import {
  claimConsultation,
  completeConsultation,
  failConsultation,
  postponeConsultation,
  releaseConsultation,
} from './states.ts';

const turn: Turn = {
  id: 'trn_1',
  rev: 1,
  kind: 'TURN',
  state: 'QUEUED',
  model: 'm',
  inspectionId: 'i',
  question: 'q',
  createdAt: 0,
  attempt: 0,
  dueAt: 60_000,
};
const usage = { modelVersion: 'm', inputTokens: 3, outputTokens: 1, costMicroUsd: 5 };
const claim = (token: string, until: number, now: number, from: Turn = turn) =>
  claimConsultation(from, { token, until }, now) as Turn | undefined;

describe('the life of a question', () => {
  it('ends once, by the worker whose lease it is', () => {
    const first = claim('a', 10, 0);
    const second = first && claim('b', 40, 20, first);

    expect(first && claim('b', 40, 5, first), 'a held lease is never taken').toBeUndefined();
    expect(second?.attempt).toBe(2);
    expect(second && completeConsultation(second, 'a', { answer: 'x' }, usage, 25)).toBeUndefined();
    const done = second && completeConsultation(second, 'b', { answer: 'x' }, usage, 25);
    expect(done).toMatchObject({ state: 'DONE', answer: 'x', finishedAt: 25, usage });
    expect([done?.dueAt, done?.lease]).toEqual([undefined, undefined]);
    expect(done && claimConsultation(done, { token: 'c', until: 90 }, 50)).toBeUndefined();
  });

  it('given back keeps what was paid, and waits as long as the provider asks', () => {
    const mine = claim('a', 10, 0);
    const back = mine && releaseConsultation(mine, 'a', 500, usage);

    expect(back).toMatchObject({ state: 'QUEUED', attempt: 0, usage });
    expect(back && claimConsultation(back, { token: 'b', until: 600 }, 499)).toBeUndefined();
    const again = back && claimConsultation(back, { token: 'b', until: 600 }, 500);
    const failed =
      again && failConsultation(again, 'b', { code: 'X', message: 'x', retryable: false }, usage, 550);
    expect(failed).toMatchObject({ state: 'FAILED', usage: { inputTokens: 6, costMicroUsd: 10 } });
  });

  it('is sent again only once it is overdue', () => {
    expect(postponeConsultation(turn, 59_999)).toBeUndefined();
    expect(postponeConsultation(turn, 60_000)?.dueAt).toBeGreaterThan(60_000);
  });
});
