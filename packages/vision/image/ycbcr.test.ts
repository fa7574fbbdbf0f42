import { describe, expect, it } from 'vitest';
import { writeRgb, type YcbcrPicture } from './ycbcr.ts';

type Triple = readonly [number, number, number];

/** A picture of one colour; rows are longer than the picture is wide. */
function draw(
  [y, cb, cr]: Triple,
  rest: Pick<YcbcrPicture, 'shiftX' | 'shiftY' | 'coding'>,
  width = 3,
): Uint8Array {
  const plane = (sample: number) => ({ data: new Uint8Array(8 * 8).fill(sample), stride: 8 });
  const rgb = new Uint8Array(width * 3 * 3);
  writeRgb({ width, height: 3, luma: plane(y), blue: plane(cb), red: plane(cr), ...rest }, rgb);
  return rgb;
}

const SHAPES = [
  { shiftX: 0, shiftY: 0 },
  { shiftX: 1, shiftY: 0 },
  { shiftX: 1, shiftY: 1 },
] as const;

/** Samples of full and half light, as JFIF (full range) and the colour bars of BT.601 and BT.709 have them. */
const KNOWN: readonly (readonly [matrix: number, isFullRange: boolean, samples: Triple, rgb: Triple])[] = [
  [6, true, [76, 85, 255], [255, 0, 0]],
  [6, true, [150, 44, 21], [0, 255, 0]],
  [6, true, [29, 255, 107], [0, 0, 255]],
  [2, true, [255, 128, 128], [255, 255, 255]],
  [6, false, [81, 90, 240], [255, 0, 0]],
  [6, false, [145, 54, 34], [0, 255, 0]],
  [6, false, [41, 240, 110], [0, 0, 255]],
  [1, false, [63, 102, 240], [255, 0, 0]],
  [1, false, [173, 42, 26], [0, 255, 0]],
  [1, false, [32, 240, 118], [0, 0, 255]],
  [1, false, [126, 128, 128], [128, 128, 128]],
  [1, false, [16, 128, 128], [0, 0, 0]],
];

describe('luma and colour differences', () => {
  it.each(KNOWN)('of matrix %i, full range %s: %j is %j', (matrix, isFullRange, samples, expected) => {
    for (const shape of SHAPES) {
      const rgb = draw(samples, { ...shape, coding: { matrix, isFullRange } });
      for (const [at, value] of rgb.entries()) {
        // The samples are rounded, a step of a difference is up to two of a colour.
        expect(Math.abs(value - (expected[at % 3] ?? 0))).toBeLessThanOrEqual(3);
      }
    }
  });

  it('belong to the pixels that share them', () => {
    const luma = { data: new Uint8Array(16).fill(128), stride: 4 };
    const grey = { data: new Uint8Array(4).fill(128), stride: 2 };
    const red = { data: Uint8Array.of(128, 128, 128, 255), stride: 2 };
    const rgb = new Uint8Array(3 * 3 * 3);
    const coding = { matrix: 6, isFullRange: true };
    writeRgb({ width: 3, height: 3, luma, blue: grey, red, shiftX: 1, shiftY: 1, coding }, rgb);
    const reds = rgb.filter((_, at) => at % 3 === 0);
    expect([...reds]).toEqual([128, 128, 128, 128, 128, 128, 128, 128, 255]);
  });
});
