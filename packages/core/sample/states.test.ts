import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSettled, type Sample } from './entity.ts';
import {
  abandonUpload,
  chooseQueue,
  claimSample,
  closeParts,
  completeConversion,
  expireUpload,
  finishSample,
  joinParts,
  postponeSample,
  receiveUpload,
  rejectSample,
  releaseSample,
  UPLOAD_GRACE_MS,
} from './states.ts';

const awaiting: Sample = {
  id: 'smp_1',
  rev: 1,
  state: 'AWAITING_UPLOAD',
  fileName: 'a.jpg',
  contentType: 'image/jpeg',
  bytes: 10,
  longSidePx: 2048,
  createdAt: 0,
  uploadUntil: 1000,
  views: [],
  attempt: 0,
  dueAt: 1000 + UPLOAD_GRACE_MS,
};
const inParts: Sample = { ...awaiting, parts: { partBytes: 5 }, dueAt: awaiting.uploadUntil };
const facts = { bytes: 10, etag: '"e"', conversionQueue: 'convert-video' } as const;
const result = { mediaType: 'image/jpeg', views: [], notes: [] };
const failure = { code: 'X', message: 'x', retryable: false };

type Step = (sample: Sample, now: number) => Sample | undefined;

const steps: Record<string, (worker: string) => Step> = {
  receive: () => (sample, now) => receiveUpload(sample, facts, now),
  expire: () => (sample, now) => expireUpload(sample, now),
  claim: (worker) => (sample, now) => claimSample(sample, { token: worker, until: now + 1000 }, now),
  complete: (worker) => (sample, now) => completeConversion(sample, worker, result, now),
  reject: (worker) => (sample, now) => rejectSample(sample, worker, failure, now),
  release: (worker) => (sample, now) => releaseSample(sample, worker, now),
  abandon: () => (sample, now) => abandonUpload(sample, now),
  close: () => (sample, now) => closeParts(sample, now),
  join: () => (sample) => joinParts(sample),
  postpone: () => (sample, now) => postponeSample(sample, now),
};

const move = fc.record({
  step: fc.constantFrom(...Object.keys(steps)),
  worker: fc.constantFrom('a', 'b', 'c'),
  waitMs: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constant(UPLOAD_GRACE_MS)),
});

describe('the life of a sample', () => {
  it('settles at most once, and stays due until it is finished', () => {
    fc.assert(
      fc.property(fc.constantFrom(awaiting, inParts), fc.array(move, { maxLength: 60 }), (first, moves) => {
        let sample = first;
        let now = 0;
        let settlements = 0;
        for (const { step, worker, waitMs } of moves) {
          now += waitMs;
          const next = steps[step]?.(worker)(sample, now);
          if (!next) continue;
          expect(next.rev).toBe(sample.rev + 1);
          expect(next.dueAt, 'work that is left is always due').toBeDefined();
          if (isSettled(sample)) expect(next.state, 'a settled sample keeps its state').toBe(sample.state);
          if (isSettled(next) && !isSettled(sample)) settlements++;
          if (step === 'complete' || step === 'reject') expect(sample.lease?.token).toBe(worker);
          sample = next;
        }
        expect(settlements).toBe(isSettled(sample) ? 1 : 0);
        if (isSettled(sample)) expect(finishSample(sample)?.dueAt).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('in parts expires when its time is over, but not between the closing and the joining of its parts', () => {
    expect(expireUpload(inParts, 999)).toBeUndefined();
    expect(expireUpload(inParts, 1000)?.state).toBe('EXPIRED');
    const closing = closeParts(inParts, 999);
    expect(closing && expireUpload(closing, 1000)).toBeUndefined();
    const joined = closing && joinParts(closing);
    expect(joined && abandonUpload(joined, 1000)).toBeUndefined();
    expect(joined && receiveUpload(joined, facts, 1001)?.state).toBe('UPLOADED');
    expect(closeParts(inParts, 1000), 'too late').toBeUndefined();
  });

  it('takes a file that arrives late, but within the grace', () => {
    expect(expireUpload(awaiting, 1000 + UPLOAD_GRACE_MS - 1)).toBeUndefined();
    const late = receiveUpload(awaiting, facts, 1000 + UPLOAD_GRACE_MS - 1);
    expect(late?.state).toBe('UPLOADED');
    expect(late && expireUpload(late, 10 * UPLOAD_GRACE_MS)).toBeUndefined();
    expect(expireUpload(awaiting, 1000 + UPLOAD_GRACE_MS)?.state).toBe('EXPIRED');
  });

  it('is sent to intake until its file is there, then to whoever converts such files', () => {
    expect(chooseQueue(awaiting)).toBe('intake');
    const video = receiveUpload(awaiting, facts, 1);
    expect(video && chooseQueue(video)).toBe('convert-video');
    expect(chooseQueue({ ...awaiting, state: 'UPLOADED' })).toBe('convert');
  });
});
