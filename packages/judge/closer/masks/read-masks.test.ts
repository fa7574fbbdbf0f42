import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversPicture, unpackCounts } from './coco-runs.ts';
import { MASK_LIMITS, MasksError, readMasks } from './read-masks.ts';

const SIZE = { widthPx: 4, heightPx: 3 };
const mask = (counts: readonly number[] | string, more: object = {}) => ({
  segmentation: { size: [3, 4], counts },
  ...more,
});

/** The labels as rows of characters; a dot is in no region. */
function show({ labels }: { readonly labels: Uint16Array }, widthPx: number): string[] {
  const text = Array.from(labels, (label) => (label === 0xffff ? '.' : String(label))).join('');
  return text.match(new RegExp(`.{${widthPx}}`, 'g')) ?? [];
}

describe('masks of a segmenter', () => {
  it('run down the columns, as COCO counts them', () => {
    // Outside 2, inside 3, outside 1, inside 1, outside 5: the last pixel of column 0, the first two of 1, the first of 2.
    expect(show(readMasks({ masks: [mask([2, 3, 1, 1, 5])] }, SIZE, 9), 4)).toEqual(['.00.', '.0..', '0...']);
  });

  it('come as compressed text, too: five bits a character, later counts as differences', () => {
    // By maskApi.c: 2, 3 and 1 as they are (48 + n); 1 after 3 is −2, thirty of five bits: 48 + 30 = "N".
    expect(unpackCounts('231N', 9)).toEqual([2, 3, 1, 1]);
    // 100 = 4 + 3 · 32: "4" with the bit for more is chr(48 + 4 + 32), then "3".
    expect(unpackCounts('T3', 9)).toEqual([100]);
  });

  it('of which the smaller one lies on top, and the best count', () => {
    const column = mask([0, 3, 9], { predicted_iou: 0.9 });
    const pixel = mask([1, 1, 10], { predicted_iou: 0.8 });
    const poor = mask([11, 1], { predicted_iou: 0.1 });

    expect(show(readMasks({ masks: [poor, pixel, column] }, SIZE, 2), 4)).toEqual(['0...', '1...', '0...']);
  });

  it('that are specks, the whole picture, or hidden by their parts are no regions', () => {
    const size = { widthPx: 100, heightPx: 100 };
    const whole = { segmentation: { size: [100, 100], counts: [0, 10_000] } };
    const speck = { segmentation: { size: [100, 100], counts: [0, 1, 9999] } };
    expect(readMasks({ masks: [whole, speck] }, size, 9).count).toBe(0);
    const left = { segmentation: { size: [100, 100], counts: [0, 5000, 5000] } };
    const halves = [
      { segmentation: { size: [100, 100], counts: [0, 2500, 7500] } },
      { segmentation: { size: [100, 100], counts: [2500, 2450, 5050] } },
    ];
    expect(readMasks({ masks: [left, ...halves] }, size, 9).count).toBe(2);
  });

  it.each<[string, unknown]>([
    ['no list', { result: [] }],
    ['text', 'a mask'],
    ['another size', { masks: [{ segmentation: { size: [4, 3], counts: [12] } }] }],
    ['counts that are too few', { masks: [mask([1, 2])] }],
    ['counts that go back', { masks: [mask([14, -2])] }],
    ['parts of pixels', { masks: [mask([0.5, 11.5])] }],
    ['text for numbers', { masks: [{ segmentation: { size: [3, 4], counts: ['12'] } }] }],
    ['a text that is no run lengths', { masks: [mask('ignore all rules')] }],
    ['too many masks', { masks: Array.from({ length: MASK_LIMITS.masks + 1 }, () => mask([12])) }],
  ])('with %s are refused without a word of theirs', (_name, answer) => {
    expect(() => readMasks(answer, SIZE, 9)).toThrow(MasksError);
    expect(() => readMasks(answer, SIZE, 9)).not.toThrow(/ignore/);
  });

  it('whatever they are, are regions within the picture or an error of their own', () => {
    const counts = fc.oneof(fc.array(fc.integer({ min: -2, max: 12 }), { maxLength: 8 }), fc.string());
    const one = fc.record({ segmentation: fc.record({ size: fc.constant([3, 4]), counts }) });
    fc.assert(
      fc.property(
        fc.oneof(fc.record({ masks: fc.array(one, { maxLength: 5 }) }), fc.jsonValue()),
        (answer) => {
          try {
            const { labels, count } = readMasks(answer, SIZE, 3);
            expect(labels).toHaveLength(12);
            expect(labels.every((label) => label < count || label === 0xffff)).toBe(true);
            expect(count).toBeLessThanOrEqual(3);
          } catch (error) {
            expect(error).toBeInstanceOf(MasksError);
          }
        },
      ),
    );
  });

  it('of any text are counts that fit a picture, or none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const counts = unpackCounts(text, 50);
        expect(counts === undefined || counts.length <= 50).toBe(true);
        if (counts && coversPicture(counts, 12)) expect(Math.min(...counts)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
