import { describe, expect, it } from 'vitest';
import { computeBoxIou, computeBoxMetrics, computeMaskIou, playPointingGame } from './boxes.ts';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('computeBoxIou', () => {
  it('is 1/7 for two squares of side 2 that share one of side 1', () => {
    expect(computeBoxIou(box(0, 0, 2, 2), box(1, 1, 2, 2))).toBeCloseTo(1 / 7, 15);
  });

  it('is 1 for the same box and 0 for boxes that only touch', () => {
    expect(computeBoxIou(box(3, 4, 5, 6), box(3, 4, 5, 6))).toBe(1);
    expect(computeBoxIou(box(0, 0, 2, 2), box(2, 0, 2, 2))).toBe(0);
  });
});

describe('computeMaskIou', () => {
  it('is 1/3 for one shared pixel of three, and null for two empty masks', () => {
    expect(computeMaskIou([1, 1, 0, 0], [0, 1, 1, 0])).toBeCloseTo(1 / 3, 15);
    expect(computeMaskIou([0, 0], [0, 0])).toBeNull();
  });
});

describe('computeBoxMetrics', () => {
  it('takes the best pair, counts an item without a found box as 0, and leaves out items without a true one', () => {
    const items = [
      { truth: [box(0, 0, 2, 2)], found: [box(9, 9, 1, 1), box(0, 0, 2, 1)] },
      { truth: [box(0, 0, 2, 2)], found: [] },
      { truth: [], found: [box(0, 0, 1, 1)] },
    ];
    expect(computeBoxMetrics(items)).toEqual({
      items: 2,
      meanIou: 0.25,
      accAtIou10: 0.5,
      accAtIou30: 0.5,
      accAtIou50: 0.5,
    });
    expect(computeBoxMetrics([]).meanIou).toBeNull();
  });
});

describe('playPointingGame', () => {
  it('is won where the peak lies in the mask, or as near as the tolerance', () => {
    const picture = { widthPx: 3, map: [0.1, 0.2, 0.9], mask: [1, 0, 0] };
    expect(playPointingGame(picture)).toBe(false);
    expect(playPointingGame(picture, 2)).toBe(true);
    expect(playPointingGame({ ...picture, mask: [0, 0, 1] })).toBe(true);
  });
});
