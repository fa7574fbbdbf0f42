import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalisationTally } from './localisation-tally.ts';
import { drawBoxes, type LocatedItem, measureItem } from './measure-item.ts';
import { countLevels, PixelTally } from './pixel-levels.ts';
import { computePixelMetrics, type MaskedMap } from './pixels.ts';

const SIDE = 6;
/** Anomalous in its upper left corner (2 × 2) and in one pixel of its lower right. */
const MASK = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
  (i % SIDE < 2 && i < 2 * SIDE) || i === SIDE * SIDE - 1 ? 1 : 0,
);
const NONE = new Uint8Array(SIDE * SIDE);

function locate(changes: Partial<LocatedItem>): LocatedItem {
  const map = new Float32Array(SIDE * SIDE);
  return { widthPx: SIDE, heightPx: SIDE, map, found: NONE, foundBoxes: [], hasEvidence: true, ...changes };
}

const picture = fc
  .record({
    widthPx: fc.integer({ min: 1, max: 9 }),
    heightPx: fc.integer({ min: 1, max: 9 }),
  })
  .chain(({ widthPx, heightPx }) => {
    const length = { minLength: widthPx * heightPx, maxLength: widthPx * heightPx };
    return fc.record({
      widthPx: fc.constant(widthPx),
      heightPx: fc.constant(heightPx),
      // Whole numbers of the 256 levels of v / (1 + v): 0, 1/7, 1/3, 3/5, 1, 5/3, 3.
      map: fc
        .array(fc.constantFrom(0, 1 / 7, 1 / 3, 3 / 5, 1, 5 / 3, 3), length)
        .map((values) => Float32Array.from(values)),
      mask: fc.array(fc.constantFrom(0, 0, 1), length).map((values) => Uint8Array.from(values)),
    });
  });

describe('pixel metrics by levels', () => {
  it('are those of all pixels at once where values are told apart', () => {
    fc.assert(
      fc.property(fc.array(picture, { minLength: 1, maxLength: 4 }), (pictures) => {
        const tally = new PixelTally();
        for (const one of pictures) tally.add(countLevels(one));
        const [got, expected] = [tally.describe(), computePixelMetrics(pictures)];
        if (expected.pixelAuroc === null || expected.aupro === null) expect(got).toEqual(expected);
        else {
          expect(got.pixelAuroc).toBeCloseTo(expected.pixelAuroc, 6);
          expect(got.aupro).toBeCloseTo(expected.aupro, 6);
        }
      }),
    );
  });

  it('differ by less than 0.005 on values that lie anywhere', () => {
    let state = 1;
    const draw = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const pictures = Array.from({ length: 4 }, (): MaskedMap => {
      const mask = Uint8Array.from({ length: 4096 }, (_, i) => (i % 64 < 9 && i < 600 ? 1 : 0));
      return { widthPx: 64, heightPx: 64, mask, map: Float32Array.from(mask, (one) => 0.4 * one + draw()) };
    });
    const tally = new PixelTally();
    for (const one of pictures) tally.add(countLevels(one));
    const [got, expected] = [tally.describe(), computePixelMetrics(pictures)];

    expect(Math.abs((got.pixelAuroc ?? 0) - (expected.pixelAuroc ?? 1))).toBeLessThan(0.005);
    expect(Math.abs((got.aupro ?? 0) - (expected.aupro ?? 1))).toBeLessThan(0.005);
  });
});

describe('measureItem', () => {
  it('compares masks, the rectangles around their regions, and the peak', () => {
    expect(drawBoxes(MASK, SIDE)).toEqual([
      { x: 0, y: 0, width: 2, height: 2 },
      { x: 5, y: 5, width: 1, height: 1 },
    ]);
    // Two of the five anomalous pixels, and two normal ones.
    const found = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i < 4 ? 1 : 0));
    const map = Float32Array.from(found);
    const foundBoxes = [{ x: 0, y: 0, width: 4, height: 1 }];
    expect(measureItem(locate({ mask: MASK, map, found, foundBoxes }))).toMatchObject({
      maskIou: 2 / 7,
      boxIou: 2 / 6,
      isPointed: true,
      pixels: { regions: 2 },
    });
  });

  it('takes boxes as the truth where there is no mask, and says nothing of pixels then', () => {
    const boxes = [{ x: 3, y: 3, width: 2, height: 2 }];
    const measured = measureItem(locate({ boxes }));
    expect(measured).toEqual({ hasEvidence: true, boxIou: 0, isPointed: false });
  });

  it('gives a normal item its pixels alone', () => {
    const measured = measureItem(locate({ mask: NONE }));
    expect(Object.keys(measured).sort()).toEqual(['hasEvidence', 'pixels']);
  });
});

describe('LocalisationTally', () => {
  it('gives no figure without truth, and says why', () => {
    const nothing = new LocalisationTally().describe();
    for (const name of [
      'pixelAuroc',
      'aupro',
      'maskIou',
      'pointingGame',
      'boxIou',
      'nab',
      'timeIou',
    ] as const) {
      expect(nothing[name]).toBeNull();
      expect(nothing.reasons[name]).toMatch(/^No /);
    }
  });

  it('gives no figure when no answer says where, though 0 would be the mean', () => {
    const tally = new LocalisationTally();
    tally.add(measureItem(locate({ mask: MASK, hasEvidence: false })));
    expect(tally.describe()).toMatchObject({ maskItems: 1, maskIou: null, boxIou: null, pixelAuroc: null });
    expect(tally.describe().reasons.maskIou).toContain('No answer says where');

    tally.add(
      measureItem(
        locate({ mask: MASK, found: MASK, map: Float32Array.from(MASK), foundBoxes: drawBoxes(MASK, SIDE) }),
      ),
    );
    // The first found nothing of its mask, the second all.
    expect(tally.describe()).toMatchObject({
      maskIou: 0.5,
      boxIou: 0.5,
      accAtIou50: 0.5,
      pointingGame: 0.5,
      maskItems: 2,
    });
    expect(tally.describe().reasons.maskIou).toBeUndefined();
  });

  it("adds up NAB's scores over series", () => {
    const tally = new LocalisationTally();
    const found = { raw: 1, windows: 1, windowsFound: 1, falseAlarms: 0, iou: 0.5 };
    const missed = { raw: -1, windows: 1, windowsFound: 0, falseAlarms: 0, iou: 0 };
    tally.add({ hasEvidence: true, time: found });
    tally.add({ hasEvidence: false, time: missed });
    expect(tally.describe()).toMatchObject({
      nab: 50,
      timeIou: 0.25,
      windows: 2,
      windowsFound: 1,
      timeItems: 2,
    });
  });
});
