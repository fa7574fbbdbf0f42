import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { onlyView, readPixels } from '../fixtures/view-pixels.ts';
import { makeTiff } from './testing/make-tiff.ts';

const SIDE = 100;
const ramp = Array.from({ length: SIDE * SIDE }, (_, i) => i % SIDE);

describe('a TIFF of measured numbers', () => {
  it.each([
    ['floats', Float32Array.from(ramp, (column) => 20 + column / 10), '20', '29.9'],
    ['doubles', Float64Array.from(ramp, (column) => 20 + column / 10), '20', '29.9'],
    ['signed 16-bit numbers', Int16Array.from(ramp, (column) => column - 50), '-50', '49'],
  ])('shows %s from their least to their greatest and says so', async (_, band, black, white) => {
    const conversion = await convert(makeTiff([{ width: SIDE, height: SIDE, bands: [band] }]));
    expect(conversion.modality).toBe('IMAGE');
    expect(conversion.notes).toEqual([
      `The picture holds measured values; ${black} is shown as black, ${white} as white.`,
    ]);
    const pixels = await readPixels(onlyView(conversion).bytes);
    // Column c of 0..99 is c ⁄ 99 of white.
    expect([0, 33, 66, 99].map((x) => pixels.at(x, 7)[0])).toEqual([0, 85, 170, 255]);
  });

  it('shows what is no number as black and counts it', async () => {
    const band = Float32Array.from(ramp, (column, i) => (i < 300 ? Number.NaN : 1 + column));
    const conversion = await convert(makeTiff([{ width: SIDE, height: SIDE, bands: [band] }]));
    expect(conversion.notes).toContain('300 of 10000 values are no numbers and are shown as black.');
    expect((await readPixels(onlyView(conversion).bytes)).at(50, 1)[0]).toBe(0);
  });

  it('lets one wild value not hide the others', async () => {
    const band = Float32Array.from(ramp);
    band[5050] = 1e9;
    const pixels = await readPixels(
      onlyView(await convert(makeTiff([{ width: SIDE, height: SIDE, bands: [band] }]))).bytes,
    );
    expect(pixels.at(99, 7)[0]).toBe(255);
    expect(pixels.at(33, 7)[0]).toBe(85);
  });

  it('is refused when none of them is a number', async () => {
    const band = new Float32Array(SIDE * SIDE).fill(Number.NaN);
    await expect(convert(makeTiff([{ width: SIDE, height: SIDE, bands: [band] }]))).rejects.toMatchObject({
      code: 'CORRUPT_IMAGE',
    });
  });

  it('is refused over the limit before it is read', async () => {
    const file = makeTiff([{ width: SIDE, height: SIDE, bands: [Float32Array.from(ramp)] }]);
    await expect(convert(file, { limits: { maxPixels: 9999 } })).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
    });
  });
});
