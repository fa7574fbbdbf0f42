import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchWork, Pack } from './batch-work.ts';
import { type Chunk, NO_TOTALS } from './entity.ts';
import { claimWork, countLanes, isWorkOpen, keepWork } from './packs.ts';
import { completeChunk, releaseChunk, reopenChunk } from './states.ts';

const LEASE = { token: 't', until: 1000 };

const CHUNK: Chunk = {
  rev: 1,
  position: 0,
  variant: 0,
  from: 0,
  to: 100,
  state: 'OPEN',
  attempt: 0,
  reservedMicroUsd: 0,
  totals: NO_TOTALS,
};

function makePack(changes: Partial<Pack> = {}): Pack {
  const counts = { requests: 10, answered: 0, failed: 0 };
  return {
    id: 'p',
    wave: 0,
    model: 'm',
    from: 0,
    to: 10,
    state: 'PACKED',
    ...counts,
    createdAt: 0,
    ...changes,
  };
}

function makeWork(...packs: readonly Pack[]): BatchWork {
  return { wave: 0, cursor: 100, packs, packCount: packs.length };
}

describe('a chunk in ECONOMY', () => {
  it('keeps what it set aside of the budget while its batches run, and sets it aside anew afterwards', () => {
    const claimed = claimWork(CHUNK, LEASE, 500, 0, false) as Chunk;
    expect(claimed.reservedMicroUsd).toBe(500);
    const packed = keepWork(claimed, 't', makeWork(makePack())) as Chunk;
    const released = releaseChunk(packed, 't', { retryAt: 50, reservedMicroUsd: 500 }) as Chunk;
    expect(claimWork(released, LEASE, 700, 60, false)?.reservedMicroUsd).toBe(500);
    const again = { ...released, work: makeWork() };
    expect(claimWork(again, LEASE, 700, 60, false)?.reservedMicroUsd).toBe(700);
  });

  it('is not looked at before its time unless that is urgent, and never under another’s lease', () => {
    const waiting = { ...CHUNK, retryAt: 100 };
    expect(claimWork(waiting, LEASE, 0, 99, false)).toBeUndefined();
    expect(claimWork(waiting, LEASE, 0, 99, true)).toBeDefined();
    expect(claimWork({ ...waiting, lease: { token: 'x', until: 200 } }, LEASE, 0, 99, true)).toBeUndefined();
  });

  it('takes writes of the lease’s holder alone', () => {
    const claimed = claimWork(CHUNK, LEASE, 0, 0, false) as Chunk;
    expect(keepWork(claimed, 'another', makeWork())).toBeUndefined();
    expect(keepWork(claimed, 't', makeWork())?.rev).toBe(3);
  });

  it('is opened again for items without a result, with names that were not used before', () => {
    const claimed = claimWork({ ...CHUNK, work: makeWork(makePack()) }, LEASE, 0, 0, false) as Chunk;
    const partial = completeChunk(claimed, 't', { items: 99, failed: 0, costMicroUsd: 7 }) as Chunk;
    const opened = reopenChunk(partial);
    expect(opened).toMatchObject({ state: 'OPEN', work: { cursor: 0, packs: [], packCount: 1 } });
    expect(opened && isWorkOpen(opened)).toBe(false);
    expect(reopenChunk({ ...partial, totals: { items: 100, failed: 0, costMicroUsd: 7 } })).toBeUndefined();
  });

  it('has each question in one lane', () => {
    const packs = fc.array(
      fc.record({
        requests: fc.nat(1000),
        answered: fc.nat(1000),
        failed: fc.nat(1000),
        state: fc.constantFrom('PACKED' as const, 'SUBMITTED' as const, 'ENDED' as const),
      }),
    );
    fc.assert(
      fc.property(packs, (list) => {
        const lanes = countLanes({ ...CHUNK, work: makeWork(...list.map((each) => makePack(each))) });
        const total = list.reduce((sum, { requests }) => sum + requests, 0);
        expect(lanes.packed + lanes.submitted + lanes.finished).toBe(total);
        expect(Math.min(lanes.packed, lanes.submitted, lanes.finished)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
