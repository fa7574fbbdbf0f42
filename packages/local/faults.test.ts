import { describe, expect, it } from 'vitest';
import { createJumpingClock } from './clock.ts';
import { createFaults, FAULTS, formatFaults, NO_FAULTS, parseFaults } from './faults.ts';

describe('parseFaults', () => {
  it('reads rates and a seed', () => {
    expect(parseFaults('sqs.duplicate=0.2, seed=7')).toEqual({ seed: 7, rates: { 'sqs.duplicate': 0.2 } });
  });

  it('reads the mild mixture, with single rates laid over it in any order', () => {
    const { rates } = parseFaults('s3.reset=0,mild,sqs.delay=1');
    expect(rates).toMatchObject({ 's3.reset': 0, 'sqs.delay': 1, 'lambda.exit': FAULTS['lambda.exit'].mild });
  });

  it.each(['', 'sqs.duplicate', 'sqs.duplicate=2', 'sqs.duplicate=x', 'sqs.triplicate=0.1', 'seed=1.5'])(
    'refuses "%s" and lists what is possible',
    (text) => {
      expect(() => parseFaults(text)).toThrow(/is no fault.*sqs\.duplicate/);
    },
  );
});

describe('formatFaults', () => {
  it('writes what parseFaults reads, and only the faults that can happen', () => {
    const settings = parseFaults('mild,seed=9');
    expect(formatFaults(settings)).not.toContain('clock.jump');
    expect(parseFaults(formatFaults(settings))).toEqual({
      seed: 9,
      rates: Object.fromEntries(Object.entries(settings.rates).filter(([, rate]) => rate > 0)),
    });
  });
});

describe('createJumpingClock', () => {
  it('runs ahead by up to a minute in all, never backwards', () => {
    let now = 1_800_000_000_000;
    const clock = createJumpingClock(() => now, createFaults({ seed: 2, rates: { 'clock.jump': 0.5 } }));
    const ahead = Array.from({ length: 200 }, () => {
      now += 500;
      return clock() - now;
    });
    expect(ahead).toEqual([...ahead].sort((a, b) => a - b));
    expect(ahead.at(-1)).toBeGreaterThan(30_000);
    expect(ahead.at(-1)).toBeLessThanOrEqual(60_000);
  });

  it('is the given clock without the fault', () => {
    expect(createJumpingClock(() => 5, NO_FAULTS)()).toBe(5);
  });
});

describe('createFaults', () => {
  it('draws the same from the same seed', () => {
    const draws = (seed: number) => {
      const faults = createFaults({ seed, rates: {} });
      return Array.from({ length: 5 }, faults.draw);
    };
    expect(draws(3)).toEqual(draws(3));
    expect(draws(3)).not.toEqual(draws(4));
  });

  it('keeps to the rate: 10,000 chances of 0.2 give 2,000, give or take four standard deviations', () => {
    const faults = createFaults({ seed: 5, rates: { 'sqs.duplicate': 0.2 } });
    const times = Array.from({ length: 10_000 }, () => faults.happens('sqs.duplicate')).filter(
      Boolean,
    ).length;
    expect(Math.abs(times - 2000)).toBeLessThan(160);
  });

  it('never happens without a rate', () => {
    expect(NO_FAULTS.happens('s3.reset')).toBe(false);
    expect(createFaults({ seed: 1, rates: {} }).happens('s3.reset')).toBe(false);
  });
});
