import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inspection, isEnded, type Verdict } from './entity.ts';
import {
  claimInspection,
  completeInspection,
  failInspection,
  postponeInspection,
  releaseInspection,
} from './states.ts';

const failure = { code: 'X', message: 'x', retryable: false };
const verdict: Verdict = {
  decision: 'NORMAL',
  threshold: 0.5,
  thresholdSource: 'DEFAULT',
  outcome: 'PARSED',
  reasoning: '',
  regions: [],
  auditPath: 'a',
};
const result = { verdict, usage: { modelVersion: 'm' }, judgeMs: 1 };

const queued: Inspection = {
  id: 'ins_1',
  rev: 1,
  state: 'QUEUED',
  profileId: 'p',
  profileVersionId: 'v',
  sampleId: 's',
  createdAt: 0,
  attempt: 0,
  dueAt: 60_000,
};

type Step = (inspection: Inspection, now: number) => Inspection | undefined;

/** What any of three workers may try at any time, in any order, as duplicated and late messages make them. */
const steps: Record<string, (worker: string) => Step> = {
  claim: (worker) => (inspection, now) =>
    claimInspection(inspection, { token: worker, until: now + 1000 }, now),
  complete: (worker) => (inspection, now) => completeInspection(inspection, worker, result, now),
  fail: (worker) => (inspection, now) => failInspection(inspection, worker, failure, now),
  failUnclaimed: () => (inspection, now) => failInspection(inspection, undefined, failure, now),
  release: (worker) => (inspection, now) =>
    releaseInspection(inspection, worker, now + 500, failure, { modelVersion: 'm', costMicroUsd: 3 }),
  postpone: () => (inspection, now) => postponeInspection(inspection, now),
};

const move = fc.record({
  step: fc.constantFrom(...Object.keys(steps)),
  worker: fc.constantFrom('a', 'b', 'c'),
  waitMs: fc.integer({ min: 0, max: 900 }),
});

describe('the life of an inspection', () => {
  it('ends at most once, by the worker whose lease it is, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        let inspection = queued;
        let now = 0;
        let ends = 0;
        let releases = 0;
        for (const { step, worker, waitMs } of moves) {
          now += waitMs;
          const next = steps[step]?.(worker)(inspection, now);
          if (!next) continue;
          expect(isEnded(inspection), 'an ended inspection is never moved').toBe(false);
          expect(next.rev).toBe(inspection.rev + 1);
          const held = inspection.lease !== undefined && inspection.lease.until > now;
          if (step === 'claim') {
            expect(held, 'a held lease is never taken').toBe(false);
            expect(inspection.retryAt ?? 0, 'a retry is never early').toBeLessThanOrEqual(now);
          }
          if (step === 'release') releases++;
          if (step === 'complete' || step === 'release') expect(inspection.lease?.token).toBe(worker);
          if (isEnded(next)) ends++;
          expect(next.dueAt === undefined, 'exactly the ended ones are never due').toBe(isEnded(next));
          expect(next.lease !== undefined, 'exactly the running ones are leased').toBe(
            next.state === 'RUNNING',
          );
          inspection = next;
        }
        expect(ends).toBe(isEnded(inspection) ? 1 : 0);
        if (inspection.state !== 'DONE' && releases > 0) {
          expect(inspection.usage?.costMicroUsd, 'nothing paid is forgotten').toBe(3 * releases);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('lets a worker that lost its lease write nothing once another has claimed', () => {
    const first = claimInspection(queued, { token: 'a', until: 10 }, 0);
    const second = first && claimInspection(first, { token: 'b', until: 30 }, 20);
    expect(second?.attempt).toBe(2);
    expect(second && completeInspection(second, 'a', result, 25)).toBeUndefined();
    expect(second && completeInspection(second, 'b', result, 25)?.state).toBe('DONE');
  });
});
