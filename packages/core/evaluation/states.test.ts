import { expect, it } from 'vitest';
import type { Evaluation } from './entity.ts';
import { beginReduce, claimReduce, finishEvaluation, renewReduce } from './states.ts';

const running: Evaluation = {
  id: 'evl_1',
  rev: 3,
  state: 'RUNNING',
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
  attempt: 0,
  dueAt: 0,
};
const made = { resultRev: 5, exportCount: 1 };

it('keeps the figures for who renews the claim on them, and lets others have them once it is not renewed', () => {
  const reducing = beginReduce(running, 0) as Evaluation;
  const first = claimReduce(reducing, { token: 'first', until: 100 }, 0) as Evaluation;
  const renewed = renewReduce(first, { token: 'first', until: 200 }) as Evaluation;
  expect(renewed).toMatchObject({ rev: first.rev + 1, attempt: 1, dueAt: 200 });
  expect(claimReduce(renewed, { token: 'second', until: 300 }, 150)).toBeUndefined();

  const second = claimReduce(renewed, { token: 'second', until: 300 }, 201) as Evaluation;
  expect(renewReduce(second, { token: 'first', until: 400 })).toBeUndefined();
  expect(finishEvaluation(second, 'first', made, 250)).toBeUndefined();
  const done = finishEvaluation(second, 'second', made, 250) as Evaluation;
  expect(done).toMatchObject({ state: 'DONE', resultRev: 5, exportCount: 1, dueAt: undefined });
  expect(renewReduce(done, { token: 'second', until: 400 })).toBeUndefined();
});
