import { describe, expect, it } from 'vitest';
import { growUnstated, measureUnstated } from './ceiling.ts';

const T0 = 1_700_000_000_000;
const MEASURING = { perMinute: 110, callsSinceCut: 20, measure: { from: T0, calls: 0 } };

describe('a limit that is stated nowhere', () => {
  it('is what was let through between two refusals, after 200 calls and two minutes', () => {
    const found = measureUnstated(MEASURING, 250, T0 + 150_000);

    expect(found.ceiling).toEqual({ perMinute: 100, found: 1 });
    expect(found.perMinute).toBeCloseTo(99, 12);
    expect(growUnstated({ ...found, callsSinceCut: 2999 })).toBe(0);
    expect(growUnstated({ ...found, callsSinceCut: 3000 })).toBeGreaterThan(0);
  });

  it('comes down to the bound that a shorter count gives', () => {
    // 102 calls in 60 s, and two that it may be off by.
    expect(measureUnstated(MEASURING, 102, T0 + 60_000).perMinute).toBeCloseTo(104, 12);
    // 30 calls in 30 s; within a minute never by more than a tenth.
    expect(measureUnstated(MEASURING, 30, T0 + 30_000).perMinute).toBeCloseTo(99, 12);
  });

  it('begins to be measured by a refusal, and anew when more was let through than was counted', () => {
    const begun = measureUnstated({ perMinute: 50, callsSinceCut: 5 }, undefined, T0);
    expect(begun).toMatchObject({ measure: { from: T0, calls: 0 }, ceiling: undefined });
    const idle = measureUnstated({ ...MEASURING, callsSinceCut: 400 }, 500, T0 + 600_000);
    expect(idle.measure).toEqual({ from: T0 + 600_000, calls: 0 });
  });

  it('is kept twice as long each time that it is found again', () => {
    const ceiling = { perMinute: 100, found: 1 };
    const again = measureUnstated({ perMinute: 103, callsSinceCut: 5000, ceiling }, undefined, T0);

    expect(again).toMatchObject({ perMinute: 99, ceiling: { perMinute: 100, found: 2 } });
    expect(growUnstated({ ...again, callsSinceCut: 5999 })).toBe(0);
    expect(growUnstated({ ...again, callsSinceCut: 6000 })).toBeGreaterThan(0);
  });

  it('is measured anew when refusals follow each other below it, or it has clearly been raised', () => {
    const ceiling = { perMinute: 100, found: 3 };
    const lowered = measureUnstated({ perMinute: 99, callsSinceCut: 4, ceiling }, undefined, T0);
    const raised = measureUnstated({ perMinute: 150, callsSinceCut: 9000, ceiling }, undefined, T0);

    for (const { measure, ceiling: known } of [lowered, raised]) {
      expect(measure).toEqual({ from: T0, calls: 0 });
      expect(known).toBeUndefined();
    }
  });
});
