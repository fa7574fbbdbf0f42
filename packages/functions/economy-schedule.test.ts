import type { BatchWork, Pack } from '@loupe/core/evaluation';
import { describe, expect, it } from 'vitest';
import { computeCrowdedMs, planLook } from './economy-schedule.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

function makeWork(...packs: readonly Partial<Pack>[]): BatchWork {
  return { wave: 0, cursor: 0, packs: packs as Pack[], packCount: packs.length };
}

describe('the next look at a chunk', () => {
  it('is rarer the longer its batch takes', () => {
    const waits = [0, 40_000, 4 * MINUTE, 24 * 60 * MINUTE].map((age) => {
      const at = planLook(makeWork({ state: 'SUBMITTED', submittedAt: NOW - age }), NOW);
      return (at ?? 0) - NOW;
    });
    expect(waits).toEqual([2000, 10_000, MINUTE, 10 * MINUTE]);
  });

  it('is that of the batch that needs it first', () => {
    const old = { state: 'SUBMITTED', submittedAt: NOW - 60 * MINUTE } as const;
    expect(planLook(makeWork(old, { state: 'SUBMITTED', submittedAt: NOW }), NOW)).toBe(NOW + 2000);
    expect(planLook(makeWork(old, { state: 'PACKED' }), NOW)).toBe(NOW + 15_000);
  });

  it('is now when nothing is waited for', () => {
    expect(planLook(makeWork({ state: 'ENDED' }), NOW)).toBeUndefined();
  });

  it('waits for room', () => {
    const crowded = { since: NOW, times: 1, until: NOW + 5 * MINUTE };
    expect(planLook({ ...makeWork(), crowded }, NOW)).toBe(NOW + 5 * MINUTE);
    expect([0, 1, 4, 40].map((times) => computeCrowdedMs(times) / MINUTE)).toEqual([1, 2, 16, 30]);
  });
});
