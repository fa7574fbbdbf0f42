import { describe, expect, it } from 'vitest';
import { computeSpanIou, measureTime } from './measure-time.ts';

const WHOLE = { from: 1000, to: 2000 };

describe('computeSpanIou', () => {
  it('is the time of both over the time of either', () => {
    expect(computeSpanIou([{ from: 0, to: 10 }], [{ from: 5, to: 15 }])).toBeCloseTo(1 / 3, 12);
    expect(
      computeSpanIou(
        [
          { from: 0, to: 1 },
          { from: 4, to: 5 },
        ],
        [{ from: 0, to: 5 }],
      ),
    ).toBeCloseTo(2 / 5, 12);
    expect(computeSpanIou([{ from: 0, to: 1 }], [])).toBe(0);
    expect(computeSpanIou([], [{ from: 0, to: 1 }])).toBeNull();
  });
});

describe('measureTime', () => {
  const window = { from: 1400, to: 1500 };

  it('gives nearly all of a reward for a stretch that begins before the window and reaches into it', () => {
    const measured = measureTime(WHOLE, [window], [{ from: 1380, to: 1450 }]);
    expect(measured).toMatchObject({ windows: 1, windowsFound: 1, falseAlarms: 0 });
    expect(measured.raw).toBeCloseTo(1, 2);
    expect(measured.iou).toBeCloseTo(50 / 120, 12);
  });

  it('takes 1 off for a missed window, and up to 0.11 for a stretch elsewhere', () => {
    expect(measureTime(WHOLE, [window], [])).toEqual({
      raw: -1,
      windows: 1,
      windowsFound: 0,
      falseAlarms: 0,
      iou: 0,
    });
    const wrong = measureTime(WHOLE, [window], [{ from: 1100, to: 1200 }]);
    expect(wrong).toMatchObject({ windowsFound: 0, falseAlarms: 1 });
    // No window lies before it: all of the weight.
    expect(wrong.raw).toBeCloseTo(-1.11, 12);
  });
});
